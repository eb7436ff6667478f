/* The filter of the list lives in the URL, so that a view can be shared and the back button works. */
import { useCallback, useMemo } from 'react'
import { useLocation, useSearch } from 'wouter'
import type { CardFilter } from '../api/types'

const NAMES = ['q', 'book', 'tag', 'source', 'country', 'company', 'state', 'sort', 'order'] as const

export function filterOf(search: string): CardFilter {
  const params = new URLSearchParams(search)
  const filter: Record<string, string> = {}
  for (const name of NAMES) {
    const value = params.get(name)
    if (value) filter[name] = value
  }
  return filter as CardFilter
}

export function searchOf(filter: CardFilter): string {
  const params = new URLSearchParams()
  for (const name of NAMES) if (filter[name]) params.set(name, filter[name])
  const text = params.toString()
  return text ? `?${text}` : ''
}

export function useFilter() {
  const search = useSearch()
  const [path, go] = useLocation()
  const filter = useMemo(() => filterOf(search), [search])
  const change = useCallback((next: Partial<CardFilter>) => {
    go(path + searchOf({ ...filter, ...next }), { replace: !!next.q })
  }, [filter, path, go])
  const open = useCallback((id: string | null, replace = false) => {
    go(`/contacts${id ? `/${id}` : ''}${searchOf(filter)}`, { replace })
  }, [filter, go])
  return { filter, change, open }
}

/* The rows of the list: pages of the whole book fetched as they scroll into view, or the hits of a search. */
import { keepPreviousData, useQueries, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo, useState } from 'react'
import { cards as calls } from '../api/calls'
import type { CardFilter, CardRow, SearchRow } from '../api/types'

const PAGE = 100
const HITS = 200

export interface Rows {
  total: number
  at: (index: number) => CardRow | SearchRow | undefined
  loaded: () => CardRow[]
  wants: (first: number, last: number) => void
  pending: boolean
  error: unknown
  retry: () => void
  took?: number
}

export function useRows(filter: CardFilter): Rows {
  const searching = !!filter.q?.trim()
  const found = useFound(filter, searching)
  const paged = usePaged(filter, !searching)
  return searching ? found : paged
}

function useFound(filter: CardFilter, enabled: boolean): Rows {
  const found = useQuery({
    queryKey: ['search', filter],
    queryFn: ({ signal }) => calls.search(filter, HITS, signal),
    enabled, placeholderData: keepPreviousData,
  })
  const items = found.data?.items ?? []
  return {
    total: items.length, at: index => items[index], loaded: () => items, wants: () => {},
    pending: found.isPending, error: found.isError ? found.error : null, retry: () => void found.refetch(),
    ...(found.data && { took: found.data.took_us }),
  }
}

function usePaged(filter: CardFilter, enabled: boolean): Rows {
  const [range, setRange] = useState<[number, number]>([0, 0])
  const { q: _, ...rest } = filter
  const pages = useMemo(() => Array.from({ length: range[1] - range[0] + 1 }, (_, i) => range[0] + i), [range])
  const wanted = pages.includes(0) ? pages : [0, ...pages]
  const answers = useQueries({
    queries: wanted.map(page => ({
      queryKey: ['cards', rest, page],
      queryFn: ({ signal }: { signal: AbortSignal }) => calls.list(rest, page * PAGE, PAGE, signal),
      enabled,
    })),
  })
  const wants = useCallback((first: number, last: number) => {
    const next: [number, number] = [Math.floor(first / PAGE), Math.floor(Math.max(first, last) / PAGE)]
    setRange(now => (now[0] === next[0] && now[1] === next[1] ? now : next))
  }, [])
  const answerOf = new Map(wanted.map((page, i) => [page, answers[i]]))
  const first = answerOf.get(0)
  const failed = answers.find(answer => answer.isError)
  return {
    total: first?.data?.total ?? first?.data?.items.length ?? 0,
    at: index => answerOf.get(Math.floor(index / PAGE))?.data?.items[index % PAGE],
    loaded: () => answers.flatMap(answer => answer.data?.items ?? []),
    wants,
    pending: !!first?.isPending,
    error: failed?.error ?? null,
    retry: () => void failed?.refetch(),
  }
}

/* The server's event stream, once per session: puts fresh imports and work into the cache, asks for the rest again. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { url } from './client'
import type { Import, Page, Stats, Work } from './types'

const SETTLE_MS = 700        /* an import saves many times a second; lists are read again at most this often */
const LISTS = ['cards', 'search', 'card', 'history', 'stats', 'tags', 'pairs', 'merges']

export function useEvents() {
  const client = useQueryClient()
  useEffect(() => {
    const stream = new EventSource(url('/events'))
    let timer: ReturnType<typeof setTimeout> | undefined
    const settle = () => {
      timer ??= setTimeout(() => {
        timer = undefined
        for (const key of LISTS) void client.invalidateQueries({ queryKey: [key] })
      }, SETTLE_MS)
    }
    stream.addEventListener('changed', settle)
    stream.addEventListener('duplicates', settle)
    stream.addEventListener('import', event => takeImport(client, JSON.parse(event.data) as Import))
    stream.addEventListener('work', event => takeWork(client, JSON.parse(event.data) as Work))
    return () => { stream.close(); clearTimeout(timer) }
  }, [client])
}

function takeImport(client: QueryClient, fresh: Import) {
  client.setQueryData<Import>(['import', fresh.id], old => ({ ...old, ...fresh }))
  client.setQueryData<Page<Import>>(['imports'], page => {
    if (!page) return page
    const known = page.items.some(item => item.id === fresh.id)
    return { ...page, items: known ? page.items.map(item => (item.id === fresh.id ? { ...item, ...fresh } : item)) : [fresh, ...page.items] }
  })
}

function takeWork(client: QueryClient, work: Work) {
  client.setQueryData<Stats>(['stats'], stats => stats && { ...stats, work })
}

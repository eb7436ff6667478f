/* The server's event stream while the page is in sight: puts fresh imports and work into the cache, asks for the rest again. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { url } from './client'
import type { Import, Page, Stats, Work } from './types'

const SETTLE_MS = 600        /* an import saves many times a second: lists are read again at most this often, */
const SHARE = 5              /* and never more than a fifth of the time */
const LISTS = ['cards', 'search', 'card', 'history', 'stats', 'tags', 'pairs', 'merges']

/* A hidden tab holds no stream: a browser gives one server only six connections. */
export function useEvents() {
  const client = useQueryClient()
  useEffect(() => {
    let close: (() => void) | undefined
    const look = () => {
      if (document.hidden) { close?.(); close = undefined }
      else close ??= listen(client)
    }
    look()
    document.addEventListener('visibilitychange', look)
    return () => { document.removeEventListener('visibilitychange', look); close?.() }
  }, [client])
}

function listen(client: QueryClient): () => void {
  const stream = new EventSource(url('/events'))
  const lists = settling(() => Promise.all(LISTS.map(key => client.invalidateQueries({ queryKey: [key] }))))
  stream.addEventListener('changed', lists.soon)
  stream.addEventListener('duplicates', lists.soon)
  stream.addEventListener('import', event => takeImport(client, JSON.parse(event.data) as Import))
  stream.addEventListener('work', event => takeWork(client, JSON.parse(event.data) as Work))
  return () => { stream.close(); lists.stop() }
}

/* Runs soon, once for many calls, and rests in proportion to how long the last run took. */
function settling(run: () => Promise<unknown>) {
  let timer: ReturnType<typeof setTimeout> | undefined
  let rest = SETTLE_MS
  const go = async () => {
    const began = performance.now()
    timer = undefined
    await run()
    rest = Math.max(SETTLE_MS, SHARE * (performance.now() - began))
  }
  return { soon: () => { timer ??= setTimeout(() => void go(), rest) }, stop: () => clearTimeout(timer) }
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

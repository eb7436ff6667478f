/* What the screens read, and what must be read again after a change. */
import { QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback } from 'react'
import * as calls from './calls'
import { ApiError } from './client'
import type { Import } from './types'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      refetchOnWindowFocus: false,
      retry: (times, error) => times < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
    },
  },
})

export const useStats = () => useQuery({ queryKey: ['stats'], queryFn: calls.account.stats })
export const useTags = () => useQuery({ queryKey: ['tags'], queryFn: calls.books.tags })
export const useCard = (id: string) => useQuery({ queryKey: ['card', id], queryFn: () => calls.cards.get(id) })
export const useImports = () => useQuery({ queryKey: ['imports'], queryFn: calls.imports.list })

/* Lists carry imports without their errors, columns and preview; this asks for the rest. */
export const useImport = (summary: Import, refetchInterval: number | false = false) => {
  const query = useQuery({ queryKey: ['import', summary.id], queryFn: () => calls.imports.get(summary.id), initialData: summary, staleTime: 0, refetchInterval })
  return { ...query.data, errors: query.data.errors ?? [] }
}

/* A change of cards touches lists, the card itself, its history, the pairs and the counts. */
const TOUCHED = ['cards', 'search', 'card', 'history', 'pairs', 'merges', 'stats', 'tags']

export function useRefresh() {
  const client = useQueryClient()
  return useCallback(() => Promise.all(TOUCHED.map(key => client.invalidateQueries({ queryKey: [key] }))), [client])
}

/* Which rows are ticked; shift extends from the last one touched. */
import { useCallback, useState } from 'react'

export interface Selection {
  ids: ReadonlySet<string>
  toggle: (id: string, index: number, extend: boolean, idAt: (index: number) => string | undefined) => void
  set: (ids: string[]) => void
  clear: () => void
}

export function useSelection(): Selection {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const [anchor, setAnchor] = useState(0)
  const toggle = useCallback<Selection['toggle']>((id, index, extend, idAt) => {
    setIds(now => {
      const next = new Set(now)
      if (!extend) {
        if (!next.delete(id)) next.add(id)
        return next
      }
      for (let i = Math.min(anchor, index); i <= Math.max(anchor, index); i++) {
        const between = idAt(i)
        if (between) next.add(between)
      }
      return next
    })
    setAnchor(index)
  }, [anchor])
  const set = useCallback((list: string[]) => setIds(new Set(list)), [])
  const clear = useCallback(() => setIds(new Set()), [])
  return { ids, toggle, set, clear }
}

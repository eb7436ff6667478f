/* The virtual list: only the rows in view exist in the page, whatever the size of the book. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import { RowBody } from './row'
import type { Rows } from './use-rows'
import type { Selection } from './selection'

const ROW_PX = 60
const OVERSCAN = 8

interface Props {
  rows: Rows
  query: string
  active: number
  openId: string | undefined
  selection: Selection
  onOpen: (index: number) => void
}

export function CardList({ rows, query, active, openId, selection, onOpen }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({ count: rows.total, getScrollElement: () => scroller.current, estimateSize: () => ROW_PX, overscan: OVERSCAN })
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  const { wants } = rows
  useEffect(() => wants(first, last), [wants, first, last])
  useEffect(() => { if (active >= 0) virtual.scrollToIndex(active, { align: 'auto' }) }, [active, virtual])

  const idAt = (index: number) => rows.at(index)?.id
  return (
    <div className="list" ref={scroller} role="listbox" aria-label="Contacts" aria-multiselectable="true" tabIndex={0}
      aria-activedescendant={active >= 0 ? `row-${active}` : undefined} data-selecting={selection.ids.size > 0 || undefined}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {items.map(item => {
          const row = rows.at(item.index)
          const selected = !!row && selection.ids.has(row.id)
          return (
            <div key={item.key} id={`row-${item.index}`} role="option" aria-selected={selected} aria-setsize={rows.total} aria-posinset={item.index + 1}
              className="list-row" data-active={item.index === active || undefined} data-open={(row && row.id === openId) || undefined}
              style={{ transform: `translateY(${item.start}px)`, height: ROW_PX }}
              onClick={event => {
                if (!row) return
                if (event.shiftKey || event.metaKey || event.ctrlKey) selection.toggle(row.id, item.index, event.shiftKey, idAt)
                else onOpen(item.index)
              }}>
              <RowBody row={row} query={query} selected={selected} onTick={extend => row && selection.toggle(row.id, item.index, extend, idAt)} />
            </div>
          )
        })}
      </div>
    </div>
  )
}

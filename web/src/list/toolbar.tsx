/* Search as you type, order, and on small screens the filters. */
import { useEffect, useRef, useState } from 'react'
import type { CardFilter } from '../api/types'
import { number } from '../lib/format'
import { Icon } from '../ui/icon'
import { Menu } from '../ui/menu'
import { IconButton } from '../ui/parts'
import type { Rows } from './use-rows'

const TYPING_MS = 30
const ORDERS: [string, string, Partial<CardFilter>][] = [
  ['name', 'Name', { sort: 'name', order: 'asc' }],
  ['company', 'Company', { sort: 'company', order: 'asc' }],
  ['updated', 'Last changed', { sort: 'updated', order: 'desc' }],
  ['created', 'Last added', { sort: 'created', order: 'desc' }],
]

interface Props {
  filter: CardFilter
  rows: Rows
  onChange: (next: Partial<CardFilter>) => void
  onFilters: () => void
  onNew: () => void
}

export function Toolbar({ filter, rows, onChange, onFilters, onNew }: Props) {
  return (
    <div className="toolbar">
      <SearchBox value={filter.q ?? ''} onChange={q => onChange({ q })} />
      <div className="toolbar-row">
        <button type="button" className="btn small ghost only-narrow" onClick={onFilters}><Icon name="filter" />Filters</button>
        <p className="small muted grow clip" role="status"><Count filter={filter} rows={rows} /></p>
        {!filter.q && (
          <Menu label="Order" className="btn small ghost" button={<>{ORDERS.find(order => order[0] === (filter.sort ?? 'name'))?.[1]}<Icon name="down" /></>}>
            {close => ORDERS.map(([key, text, change]) => (
              <button key={key} type="button" onClick={() => { onChange(change); close() }}>{text}</button>
            ))}
          </Menu>
        )}
        <IconButton icon="plus" label="New contact" keys="c" className="small" onClick={onNew} />
      </div>
    </div>
  )
}

function Count({ filter, rows }: { filter: CardFilter; rows: Rows }) {
  if (rows.pending) return <>&nbsp;</>
  const what = filter.q ? (rows.total === 1 ? 'match' : 'matches') : rows.total === 1 ? 'contact' : 'contacts'
  return <><span className="num">{number(rows.total)}</span> {what}{rows.took !== undefined && <span className="faint"> in {(rows.took / 1000).toFixed(1)} ms</span>}</>
}

function SearchBox({ value, onChange }: { value: string; onChange: (q: string) => void }) {
  const [text, setText] = useState(value)
  const said = useRef(value)                  /* what this box last told: an echo of it must not undo what was typed since */
  useEffect(() => {
    if (value !== said.current) { said.current = value; setText(value) }
  }, [value])
  const tell = useRef(onChange)
  tell.current = onChange
  useEffect(() => {
    if (text === said.current) return
    const timer = setTimeout(() => { said.current = text; tell.current(text) }, TYPING_MS)
    return () => clearTimeout(timer)
  }, [text])
  return (
    <label className="search">
      <Icon name="search" />
      <span className="sr">Search your contacts</span>
      <input id="search" type="search" autoComplete="off" spellCheck={false} placeholder="Name, number, company, anything" value={text}
        onChange={event => setText(event.target.value)}
        onKeyDown={event => {
          if (event.key === 'Escape') { setText(''); event.currentTarget.blur() }
          if (event.key === 'Enter' || event.key === 'ArrowDown') { event.preventDefault(); document.querySelector<HTMLElement>('.list')?.focus() }
        }} />
      <kbd aria-hidden="true">/</kbd>
    </label>
  )
}

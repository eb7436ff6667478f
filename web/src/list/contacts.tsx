/* The address book: filters, list and the open card beside it (over it on a small screen). */
import { useCallback, useEffect, useState } from 'react'
import { Link } from 'wouter'
import { cards as calls } from '../api/calls'
import { useRefresh, useStats } from '../api/queries'
import type { CardFilter } from '../api/types'
import { CardPane } from '../card/card-pane'
import { NewCard } from '../card/new-card'
import { MergeTwo } from '../duplicates/merge-two'
import { useHotkeys } from '../lib/hotkeys'
import { useFilter } from '../lib/list-url'
import { Dialog } from '../ui/dialog'
import { Empty, Fault } from '../ui/parts'
import { useToast } from '../ui/toast'
import { ArtEmpty } from './art'
import { BulkBar } from './bulk-bar'
import { CardList } from './card-list'
import { Facets } from './facets'
import { useSelection } from './selection'
import { Toolbar } from './toolbar'
import { useRows } from './use-rows'
import './list.css'

export function Contacts({ id }: { id?: string }) {
  const { filter, change, open } = useFilter()
  const rows = useRows(filter)
  const selection = useSelection()
  const [active, setActive] = useState(-1)
  const [filters, setFilters] = useState(false)
  const [adding, setAdding] = useState(false)
  const [merging, setMerging] = useState<[string, string] | null>(null)
  const remove = useRemove()
  const { clear } = selection
  const view = JSON.stringify(filter)
  useEffect(() => { setActive(-1); clear() }, [view, clear])

  const openAt = (index: number, replace = false) => {
    setActive(index)
    const row = rows.at(index)
    if (row) open(row.id, replace)
  }
  const step = (by: number) => {
    const next = Math.max(0, Math.min(rows.total - 1, active + by))
    setActive(next)
    if (id) openAt(next, true)
  }
  const removeActive = async () => {
    const target = id ?? rows.at(active)?.id
    if (target && filter.state !== 'trash' && await remove(target) && id) open(null)
  }
  const mergeSelected = () => {
    const [a, b] = [...selection.ids]
    if (a && b && selection.ids.size === 2) setMerging([a, b])
  }
  useHotkeys({
    j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1),
    Enter: () => openAt(Math.max(0, active)),
    x: () => { const row = rows.at(active); if (row) selection.toggle(row.id, active, false, index => rows.at(index)?.id) },
    '#': () => void removeActive(), m: mergeSelected, c: () => setAdding(true),
    Escape: () => { if (selection.ids.size) clear(); else if (id) open(null); else if (filter.q) change({ q: '' }) },
  })
  /* a search covers the whole book or one tag; the other filters belong to the list */
  const onFacet = (next: Partial<CardFilter>) => { change(next.tag ? next : { ...next, q: '' }); setFilters(false) }
  const onTool = (next: Partial<CardFilter>) => change(next.q ? { ...next, source: '', country: '', state: 'live' } : next)

  return (
    <div className="contacts" data-open={id ? true : undefined}>
      <aside className="side"><Facets filter={filter} onChange={onFacet} /></aside>
      <section className="middle" aria-label="List">
        <Toolbar filter={filter} rows={rows} onChange={onTool} onFilters={() => setFilters(true)} onNew={() => setAdding(true)} />
        {selection.ids.size > 0 && <BulkBar selection={selection} inTrash={filter.state === 'trash'} onMerge={mergeSelected} />}
        {rows.error ? <div className="pad"><Fault error={rows.error} retry={rows.retry} /></div>
          : rows.pending ? <Waiting />
          : rows.total === 0 ? <Nothing searching={!!filter.q} trash={filter.state === 'trash'} onClear={() => change({ q: '', tag: '', source: '', country: '' })} />
          : <CardList rows={rows} query={filter.q ?? ''} active={active} openId={id} selection={selection} onOpen={openAt} />}
      </section>
      <section className="detail" aria-label="Card">
        {id ? <CardPane key={id} id={id} onClose={() => open(null)} onOpen={next => open(next)} onRemove={async () => { if (await remove(id)) open(null) }} /> : <NoCard />}
      </section>
      {filters && <Dialog title="Filters" onClose={() => setFilters(false)}><Facets filter={filter} onChange={onFacet} /></Dialog>}
      {adding && <NewCard onClose={() => setAdding(false)} onDone={next => { setAdding(false); open(next) }} />}
      {merging && <MergeTwo ids={merging} onClose={() => setMerging(null)} onDone={next => { setMerging(null); clear(); open(next) }} />}
    </div>
  )
}

/* Deleting asks nothing and can be taken back. */
function useRemove() {
  const toast = useToast()
  const refresh = useRefresh()
  return useCallback(async (id: string) => {
    try {
      await calls.remove(id)
      await refresh()
      toast.show('Moved to the trash', async () => { await calls.restore(id); await refresh() })
      return true
    } catch (error) {
      toast.fault(error)
      return false
    }
  }, [toast, refresh])
}

const WAITING_ROWS = Array.from({ length: 9 }, (_, i) => i)

function Waiting() {
  return (
    <div className="list" aria-busy="true">
      {WAITING_ROWS.map(i => (
        <div className="list-row still" key={i}><span className="face bone" /><span className="row-main"><span className="bone bone-name" /><span className="bone bone-under" /></span></div>
      ))}
    </div>
  )
}

function Nothing({ searching, trash, onClear }: { searching: boolean; trash: boolean; onClear: () => void }) {
  const total = useStats().data?.cards ?? 0
  if (trash) return <Empty title="The trash is empty">Deleted contacts wait here for 30 days.</Empty>
  if (searching || total > 0)
    return <Empty title="Nobody found" action={<button type="button" className="btn" onClick={onClear}>Show everyone</button>}>Try a part of the name, a number in any form, or a company.</Empty>
  return (
    <Empty art={<ArtEmpty />} title="Your book is empty" action={<Link href="/import" className="btn primary large">Import contacts</Link>}>
      Bring the files of your phone, Gmail or Outlook. You see what will happen before anything does.
    </Empty>
  )
}

function NoCard() {
  return <div className="no-card"><ArtEmpty /><p className="muted">Choose someone, or press <kbd>/</kbd> to search</p></div>
}

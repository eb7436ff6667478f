/* One card: read, edit, history, originals. */
import { useState } from 'react'
import { cards as calls } from '../api/calls'
import { ApiError } from '../api/client'
import { useCard, useRefresh } from '../api/queries'
import type { CardDetail } from '../api/types'
import { useHotkeys } from '../lib/hotkeys'
import { Bone, Empty, Fault, IconButton } from '../ui/parts'
import { Icon } from '../ui/icon'
import { Menu } from '../ui/menu'
import { useToast } from '../ui/toast'
import { CardEdit } from './card-edit'
import { CardHead } from './card-head'
import { CardHistory } from './card-history'
import { CardOriginals } from './card-originals'
import { CardView } from './card-view'
import './card.css'

type Tab = 'card' | 'history' | 'originals'
const TABS: [Tab, string][] = [['card', 'Card'], ['history', 'History'], ['originals', 'Originals']]

interface Props { id: string; onClose: () => void; onOpen: (id: string) => void; onRemove: () => Promise<void> }

export function CardPane({ id, onClose, onOpen, onRemove }: Props) {
  const query = useCard(id)
  const [tab, setTab] = useState<Tab>('card')
  const [editing, setEditing] = useState(false)
  const live = query.data !== undefined && isLive(query.data)
  useHotkeys({ e: () => { if (live) { setTab('card'); setEditing(true) } } }, !editing)
  useHotkeys({ Escape: () => setEditing(false) }, editing)

  if (query.isPending) return <Loading onClose={onClose} />
  if (query.isError) {
    const gone = query.error instanceof ApiError && query.error.status === 404
    return <div className="card-pane">{gone ? <Empty title="This card is not here any more" action={<button type="button" className="btn" onClick={onClose}>Back to the list</button>} /> : <Fault error={query.error} retry={() => void query.refetch()} />}</div>
  }
  const detail = query.data
  return (
    <article className="card-pane">
      <div className="card-tools">
        <IconButton icon="back" label="Back to the list" keys="Esc" onClick={onClose} />
        <div className="grow" />
        {live && !editing && (
          <>
            <button type="button" className="btn small" onClick={() => { setTab('card'); setEditing(true) }} title="Edit (e)"><Icon name="edit" />Edit</button>
            <Menu label="More" className="btn small icon" button={<Icon name="more" />}>
              {close => (
                <>
                  <button type="button" onClick={() => { close(); setTab('history') }}><Icon name="clock" />History</button>
                  <button type="button" onClick={() => { close(); setTab('originals') }}><Icon name="file" />Originals</button>
                  <hr />
                  <button type="button" className="danger" onClick={() => { close(); void onRemove() }}><Icon name="trash" />Delete</button>
                </>
              )}
            </Menu>
          </>
        )}
      </div>
      <Gone detail={detail} onOpen={onOpen} />
      {editing
        ? <CardEdit detail={detail} onDone={() => setEditing(false)} />
        : (
          <>
            <CardHead detail={detail} />
            <div className="tabs" role="tablist" aria-label="Views of this card">
              {TABS.map(([key, text]) => <button key={key} type="button" role="tab" aria-selected={tab === key} onClick={() => setTab(key)}>{text}</button>)}
            </div>
            {tab === 'card' && <CardView detail={detail} />}
            {tab === 'history' && <CardHistory detail={detail} />}
            {tab === 'originals' && <CardOriginals id={id} sources={detail.sources} />}
          </>
        )}
    </article>
  )
}

const isLive = (detail: CardDetail) => detail.state === 'live' || detail.state === 0

/* A card in the trash, or one that became part of another. */
function Gone({ detail, onOpen }: { detail: CardDetail; onOpen: (id: string) => void }) {
  const toast = useToast()
  const refresh = useRefresh()
  if (isLive(detail)) return null
  if (detail.merged_into)
    return <p className="notice">This entry is now part of <button type="button" className="link" onClick={() => onOpen(detail.merged_into!)}>another card</button>.</p>
  const restore = async () => {
    try { await calls.restore(detail.id); await refresh(); toast.show('Back in your book') } catch (error) { toast.fault(error) }
  }
  return <p className="notice spread"><span>In the trash; kept for 30 days.</span><button type="button" className="btn small" onClick={restore}><Icon name="undo" />Restore</button></p>
}

function Loading({ onClose }: { onClose: () => void }) {
  return (
    <article className="card-pane" aria-busy="true">
      <div className="card-tools"><IconButton icon="back" label="Back to the list" onClick={onClose} /></div>
      <div className="card-head"><span className="face bone" /><div className="stack tight"><Bone width="12rem" height="1.5rem" /><Bone width="8rem" /></div></div>
      <div className="panel stack"><Bone width="70%" /><Bone width="50%" /><Bone width="60%" /></div>
    </article>
  )
}

/* The edit form of a card, and what happens when somebody else was faster. */
import { useState } from 'react'
import { cards as calls } from '../api/calls'
import { ApiError } from '../api/client'
import { useRefresh } from '../api/queries'
import type { CardDetail, Conflict, Patch } from '../api/types'
import { useHotkeys } from '../lib/hotkeys'
import { Fault } from '../ui/parts'
import { useToast } from '../ui/toast'
import { CardForm } from './card-form'
import { ConflictOffer } from './conflict'
import { draftOf, EDITED, isDate, patchOf, type Draft } from './draft'

export const faultsOf = (draft: Draft): string | null =>
  EDITED.filter(field => field.member === 'date').every(field => draft.maps[field.map].every(entry => isDate(entry.value)))
    ? null : 'Write dates as 1980-05-17, or --05-17 without a year.'

export function CardEdit({ detail: fresh, onDone }: { detail: CardDetail; onDone: () => void }) {
  const toast = useToast()
  const refresh = useRefresh()
  const [detail] = useState(fresh)      /* what the person saw when they began: the base of the merge */
  const [draft, setDraft] = useState(() => draftOf(detail.card))
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [conflict, setConflict] = useState<Conflict | null>(null)

  const send = async (seq: number, patch: Patch) => {
    setBusy(true)
    setFault(null)
    try {
      await calls.patch(detail.id, seq, patch)
      await refresh()
      toast.show('Saved', async () => { await calls.restore(detail.id, detail.seq); await refresh() })
      onDone()
    } catch (error) {
      const offer = error instanceof ApiError && error.status === 409 ? (error.body as Conflict) : null
      if (offer?.current) setConflict(offer)
      else setFault(error)
    } finally { setBusy(false) }
  }
  const save = () => {
    const patch = patchOf(detail.card, draft)
    const wrong = faultsOf(draft)
    if (wrong) return setFault(new Error(wrong))
    if (!Object.keys(patch).length) return onDone()
    void send(detail.seq, patch)
  }
  useHotkeys({ 'mod+s': save })
  return (
    <form className="edit" onSubmit={event => { event.preventDefault(); save() }}>
      <CardForm draft={draft} onChange={setDraft} row={detail} />
      {fault !== null && <Fault error={fault} />}
      <div className="edit-foot">
        <button type="button" className="btn" onClick={onDone}>Cancel</button>
        <button className="btn primary" disabled={busy} title="Save (Ctrl+S)">{busy ? 'Saving…' : 'Save'}</button>
      </div>
      {conflict && (
        <ConflictOffer base={detail.card} patch={patchOf(detail.card, draft)} offer={conflict}
          onClose={() => setConflict(null)}
          onDiscard={async () => { setConflict(null); await refresh(); onDone() }}
          onSave={card => { setConflict(null); void send(conflict.current.seq, { card }) }} />
      )}
    </form>
  )
}

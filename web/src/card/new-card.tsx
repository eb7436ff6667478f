import { useState } from 'react'
import { cards as calls } from '../api/calls'
import { useRefresh } from '../api/queries'
import { Dialog } from '../ui/dialog'
import { Fault } from '../ui/parts'
import { faultsOf } from './card-edit'
import { CardForm } from './card-form'
import { cardOf, draftOf, emptyEntry, type Draft } from './draft'
import './card.css'

function blank(): Draft {
  const draft = draftOf({ uid: '' })
  for (const map of ['phones', 'emails', 'organizations'] as const) draft.maps[map] = [emptyEntry(map, [])]
  return draft
}

export function NewCard({ onClose, onDone }: { onClose: () => void; onDone: (id: string) => void }) {
  const refresh = useRefresh()
  const [draft, setDraft] = useState(blank)
  const [fault, setFault] = useState<unknown>(null)
  const save = async () => {
    const wrong = faultsOf(draft)
    if (wrong) return setFault(new Error(wrong))
    try {
      const made = await calls.create(cardOf(draft))
      await refresh()
      onDone(made.id)
    } catch (error) { setFault(error) }
  }
  return (
    <Dialog title="New contact" onClose={onClose} footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button type="submit" form="new-card" className="btn primary">Add</button></>}>
      <form id="new-card" onSubmit={event => { event.preventDefault(); void save() }}>
        <CardForm draft={draft} onChange={setDraft} row={{ initials: '+', hue: 160 }} />
        {fault !== null && <Fault error={fault} />}
      </form>
    </Dialog>
  )
}

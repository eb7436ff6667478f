/* Two cards the person chose: the same comparison, without a queue. */
import { useState } from 'react'
import { duplicates as calls } from '../api/calls'
import { useCard, useRefresh } from '../api/queries'
import type { Choices } from '../api/types'
import { Bone, Fault } from '../ui/parts'
import { Dialog } from '../ui/dialog'
import { useToast } from '../ui/toast'
import { PairView } from './pair-view'
import './duplicates.css'

interface Props { ids: [string, string]; onClose: () => void; onDone: (id: string) => void }

export function MergeTwo({ ids: chosen, onClose, onDone }: Props) {
  const ids = [...chosen].sort() as [string, string]      /* "a" of a choice is the older card: the lower id */
  const toast = useToast()
  const refresh = useRefresh()
  const a = useCard(ids[0])
  const b = useCard(ids[1])
  const [choices, setChoices] = useState<Choices>({})
  const merge = async () => {
    try {
      const done = await calls.mergeCards(ids, choices)
      await refresh()
      toast.show('Merged into one card', async () => { await calls.undo(done.merge); await refresh() })
      onDone(done.card.id)
    } catch (error) { toast.fault(error) }
  }
  const error = a.error ?? b.error
  return (
    <Dialog wide title="Merge these two" onClose={onClose} footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button type="button" className="btn primary" disabled={!a.data || !b.data} onClick={merge}>Merge</button></>}>
      {error ? <Fault error={error} /> : a.data && b.data ? <PairView a={a.data} b={b.data} suggested={null} choices={choices} onChoose={setChoices} /> : <Bone width="100%" height="8rem" />}
    </Dialog>
  )
}

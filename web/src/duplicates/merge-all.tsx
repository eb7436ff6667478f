/* Everything beyond doubt in one step; still one undo. */
import { useState } from 'react'
import { account, duplicates as calls } from '../api/calls'
import { useRefresh, useStats } from '../api/queries'
import { plural } from '../lib/format'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

export function MergeAll({ onDone }: { onDone: () => void }) {
  const toast = useToast()
  const refresh = useRefresh()
  const work = useStats().data?.work
  const [busy, setBusy] = useState(false)
  const run = async () => {
    setBusy(true)
    try {
      const { batch, count } = await calls.mergeAll()
      if (count > 0) toast.show(`Merging ${plural(count, 'certain pair')}`, async () => { await account.undo(batch); await refresh() })
      else toast.show('There are no certain pairs left')
      onDone()
    } catch (error) { toast.fault(error) } finally { setBusy(false) }
  }
  return <button type="button" className="btn small" disabled={busy} onClick={run}><Icon name="check" />{busy || (work?.running ?? 0) > 5 ? 'Working…' : 'Merge all certain'}</button>
}

/* Everything beyond doubt in one step, with progress; each merge stays one to be undone. */
import { useState } from 'react'
import { duplicates as calls } from '../api/calls'
import { useStats } from '../api/queries'
import { number, plural } from '../lib/format'
import { Bar } from '../ui/parts'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

interface Run { count: number; before: number }

export function MergeAll() {
  const toast = useToast()
  const now = useStats().data?.duplicates ?? 0
  const [run, setRun] = useState<Run | null>(null)
  const start = async () => {
    try {
      const { count } = await calls.mergeAll()
      if (count === 0) return toast.show('There are no certain pairs; the rest needs your eyes')
      toast.show(`Merging ${plural(count, 'certain pair')}; each can be undone under Merged`)
      setRun({ count, before: now })
    } catch (error) { toast.fault(error) }
  }
  const done = run ? Math.max(0, run.before - now) : 0
  if (run && done < run.count)
    return <div className="merge-run"><span className="small muted num">{number(done)} of {number(run.count)} merged</span><Bar share={done / run.count} label="Merging all certain pairs" /></div>
  return <button type="button" className="btn small" onClick={start}><Icon name="check" />Merge all certain</button>
}

/* Work waiting or running behind the scenes, quiet when there is none. */
import type { Work } from '../api/types'
import { number } from '../lib/format'

export function Activity({ work }: { work: Work | undefined }) {
  const open = (work?.waiting ?? 0) + (work?.running ?? 0)
  return (
    <div className={open ? 'activity on' : 'activity'} role="status" title="Cleaning, enriching and comparing happens in the background">
      {open > 0 && <><i aria-hidden="true" /><span className="num">{number(open)}<span className="wide-only"> {open === 1 ? 'task' : 'tasks'} at work</span></span></>}
    </div>
  )
}

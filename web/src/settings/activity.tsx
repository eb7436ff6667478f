import { doors as calls } from '../api/calls'
import { ActList } from './act-list'

export function ActivityPart() {
  return (
    <section className="panel stack">
      <div><h2>What happened at your door</h2><p className="small muted">Signing in and failing to, passwords, programs, exports. The same from the same place within an hour is one line.</p></div>
      <ActList name={['mine']} ask={calls.audit} />
    </section>
  )
}

import { useQuery } from '@tanstack/react-query'
import { doors as calls } from '../api/calls'
import { ago, dayOf, plural } from '../lib/format'
import { Icon } from '../ui/icon'
import { Fault } from '../ui/parts'
import { useToast } from '../ui/toast'

export function SessionsPart() {
  const toast = useToast()
  const query = useQuery({ queryKey: ['sessions'], queryFn: calls.sessions })
  const items = query.data?.items ?? []
  const act = async (what: () => Promise<string>) => {
    try { toast.show(await what()); await query.refetch() } catch (error) { toast.fault(error) }
  }
  const end = (id: string) => act(async () => { await calls.end(id); return 'Signed out there' })
  const endOthers = () => act(async () => `${plural((await calls.endOthers()).ended, 'session')} ended`)
  return (
    <section className="panel stack">
      <div className="spread wrap">
        <div><h2>Where you are signed in</h2><p className="small muted">Something here you do not know? End it and change your password.</p></div>
        {items.length > 1 && <button type="button" className="btn danger" onClick={endOthers}>Sign out everywhere else</button>}
      </div>
      {query.isError && <Fault error={query.error} retry={() => void query.refetch()} />}
      <ul className="formats">
        {items.map(one => (
          <li key={one.id}>
            <div className="grow">
              <b>{one.device || 'Unknown device'}</b> {one.current && <span className="chip accent">This one</span>}
              <p className="small muted">{[one.address, `since ${dayOf(one.created)}`, `used ${ago(one.seen)}`].filter(Boolean).join(' · ')}</p>
            </div>
            {!one.current && <button type="button" className="btn small danger" aria-label={`End the session on ${one.device || 'an unknown device'}`} onClick={() => end(one.id)}><Icon name="out" />End</button>}
          </li>
        ))}
      </ul>
    </section>
  )
}

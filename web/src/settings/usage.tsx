/* What the account holds of what it may hold. */
import { useQuery } from '@tanstack/react-query'
import { account as calls } from '../api/calls'
import { bytes, number } from '../lib/format'

const ROWS = [
  ['cards', 'Contacts, with those in the trash', number],
  ['bytes', 'Contacts, history, photos and files', bytes],
  ['tokens', 'API tokens', number],
  ['imports_today', 'Imports of the last 24 hours', number],
] as const

export function UsagePart() {
  const { data } = useQuery({ queryKey: ['usage'], queryFn: calls.usage })
  if (!data) return null
  return (
    <section className="panel stack">
      <div><h2>Room</h2><p className="small muted">What you use of what whoever runs this server allows.</p></div>
      <dl className="usage">
        {ROWS.map(([name, label, show]) => {
          const { used, max } = data[name]
          return (
            <div key={name}>
              <dt>{label}</dt>
              <dd><meter aria-label={label} min={0} max={max} high={max * 0.9} value={Math.min(used, max)} /><span className="small muted">{show(used)} of {show(max)}</span></dd>
            </div>
          )
        })}
      </dl>
    </section>
  )
}

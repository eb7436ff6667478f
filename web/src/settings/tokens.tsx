import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { account as calls } from '../api/calls'
import type { Scope, Token } from '../api/types'
import { ago, dayOf } from '../lib/format'
import { Fault, Field } from '../ui/parts'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

const SCOPES: [Scope, string, string][] = [
  ['read', 'Look', 'read and search contacts, take them out'],
  ['write', 'Change', 'contacts, tags, merges, undo'],
  ['import', 'Import', 'upload files and bring them in'],
  ['operator', 'Operate', 'look at the console of this installation'],
]
const ENDS: [string, string][] = [['30', 'In 30 days'], ['90', 'In 90 days'], ['365', 'In a year'], ['', 'Never']]

export function TokensPart({ operator }: { operator: boolean }) {
  const toast = useToast()
  const query = useQuery({ queryKey: ['tokens'], queryFn: calls.tokens })
  const [made, setMade] = useState<string | null>(null)
  const revoke = async (id: string) => {
    try { await calls.revokeToken(id); await query.refetch(); toast.show('Revoked') } catch (error) { toast.fault(error) }
  }
  return (
    <section className="panel stack">
      <div><h2>Access for programs</h2><p className="small muted">A token lets a program use your book through the <a href="/api/v1/openapi.json">API</a>. It is shown once.</p></div>
      <NewToken operator={operator} onMade={token => { setMade(token); void query.refetch() }} />
      {made && <Once token={made} />}
      {query.isError && <Fault error={query.error} retry={() => void query.refetch()} />}
      <ul className="formats">
        {query.data?.items.map(token => (
          <li key={token.id}>
            <Icon name="key" />
            <div className="grow"><b>{token.name}</b> {mayOf(token).map(text => <span key={text} className="chip">{text}</span>)}<p className="small muted">{useOf(token)}</p></div>
            <button type="button" className="btn small danger" aria-label={`Revoke ${token.name}`} onClick={() => revoke(token.id)}>Revoke</button>
          </li>
        ))}
        {query.data?.items.length === 0 && <li className="small muted">No tokens yet.</li>}
      </ul>
    </section>
  )
}

const mayOf = (token: Token) => SCOPES.filter(([scope]) => token.scopes.includes(scope)).map(([, text]) => text)

function useOf(token: Token): string {
  const place = [token.device, token.address].filter(Boolean).join(', ')
  const used = token.seen ? `used ${ago(token.seen)}${place && ` by ${place}`}` : 'not used yet'
  return [`Made ${dayOf(token.created)}`, used, token.expires ? `ends ${dayOf(token.expires)}` : 'does not end'].join(' · ')
}

function NewToken({ operator, onMade }: { operator: boolean; onMade: (token: string) => void }) {
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<Scope[]>(['read'])
  const [days, setDays] = useState('90')
  const [fault, setFault] = useState<unknown>(null)
  const flip = (scope: Scope) => setScopes(scopes.includes(scope) ? scopes.filter(one => one !== scope) : [...scopes, scope])
  const create = async (event: FormEvent) => {
    event.preventDefault()
    setFault(null)
    try { onMade((await calls.createToken(name.trim(), scopes, days ? Number(days) : null)).token); setName('') } catch (error) { setFault(error) }
  }
  return (
    <form className="stack" onSubmit={create}>
      <Field label="What is it for?"><input className="input" value={name} maxLength={100} onChange={event => setName(event.target.value)} /></Field>
      <fieldset className="scopes">
        <legend className="small">It may</legend>
        {SCOPES.filter(([scope]) => scope !== 'operator' || operator).map(([scope, text, hint]) => (
          <label key={scope} className="check"><input type="checkbox" checked={scopes.includes(scope)} onChange={() => flip(scope)} /><span><b>{text}</b> <span className="muted">{hint}</span></span></label>
        ))}
      </fieldset>
      <div className="row wrap ends">
        <Field label="It ends"><select className="input" value={days} onChange={event => setDays(event.target.value)}>{ENDS.map(([value, text]) => <option key={value} value={value}>{text}</option>)}</select></Field>
        <button className="btn primary" disabled={!name.trim() || scopes.length === 0}>Create</button>
      </div>
      {fault !== null && <Fault error={fault} />}
    </form>
  )
}

function Once({ token }: { token: string }) {
  const toast = useToast()
  const copy = () => navigator.clipboard.writeText(token).then(() => toast.show('Copied'), error => toast.fault(error))
  return (
    <div className="once" role="status">
      <p className="small">Copy it now; Kith keeps only its hash.</p>
      <div className="row"><code className="grow">{token}</code><button type="button" className="btn small" onClick={copy}><Icon name="copy" />Copy</button></div>
    </div>
  )
}

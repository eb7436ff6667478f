import { useQuery } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { account as calls } from '../api/calls'
import { ago, dayOf } from '../lib/format'
import { Fault } from '../ui/parts'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'

export function TokensPart() {
  const toast = useToast()
  const query = useQuery({ queryKey: ['tokens'], queryFn: calls.tokens })
  const [name, setName] = useState('')
  const [made, setMade] = useState<string | null>(null)
  const create = async (event: FormEvent) => {
    event.preventDefault()
    try {
      setMade((await calls.createToken(name.trim())).token)
      setName('')
      await query.refetch()
    } catch (error) { toast.fault(error) }
  }
  const revoke = async (id: string) => {
    try { await calls.revokeToken(id); await query.refetch(); toast.show('Revoked') } catch (error) { toast.fault(error) }
  }
  return (
    <section className="panel stack">
      <div><h2>Access for programs</h2><p className="small muted">A token lets a program use your book through the <a href="/api/v1/openapi.json">API</a>. It is shown once.</p></div>
      <form className="row" onSubmit={create}>
        <input className="input" aria-label="Name of the token" placeholder="What is it for?" value={name} maxLength={100} onChange={event => setName(event.target.value)} />
        <button className="btn primary" disabled={!name.trim()}>Create</button>
      </form>
      {made && <Once token={made} />}
      {query.isError && <Fault error={query.error} retry={() => void query.refetch()} />}
      <ul className="formats">
        {query.data?.items.map(token => (
          <li key={token.id}>
            <Icon name="key" />
            <div className="grow"><b>{token.name}</b><p className="small muted">Created {dayOf(token.created)}, {token.seen ? `used ${ago(token.seen)}` : 'not used yet'}</p></div>
            <button type="button" className="btn small danger" onClick={() => revoke(token.id)}>Revoke</button>
          </li>
        ))}
        {query.data?.items.length === 0 && <li className="small muted">No tokens yet.</li>}
      </ul>
    </section>
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

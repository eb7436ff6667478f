/* Password, second factor and where one is signed in. */
import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { doors as calls } from '../api/calls'
import { plural } from '../lib/format'
import { Fault, Field } from '../ui/parts'
import { useToast } from '../ui/toast'
import { FactorPart } from './factor'
import { SessionsPart } from './sessions'

const PASSWORD_MIN = 10

export function SecurityPart() {
  return <><PasswordPart /><FactorPart /><SessionsPart /></>
}

function PasswordPart() {
  const toast = useToast()
  const client = useQueryClient()
  const [old, setOld] = useState('')
  const [next, setNext] = useState('')
  const [tokens, setTokens] = useState(false)
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const change = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setFault(null)
    try {
      const done = await calls.password(old, next, tokens)
      await client.invalidateQueries({ queryKey: ['sessions'] })
      setOld('')
      setNext('')
      toast.show(`Password changed; ${plural(done.sessions_ended, 'other session')} ended${done.tokens_left ? `, ${plural(done.tokens_left, 'token')} still ${done.tokens_left === 1 ? 'works' : 'work'}` : ''}`)
    } catch (error) { setFault(error) }
    setBusy(false)
  }
  return (
    <form className="panel stack" onSubmit={change}>
      <div><h2>Password</h2><p className="small muted">A new one signs you out everywhere else.</p></div>
      <Field label="Present password"><input className="input" type="password" autoComplete="current-password" required value={old} onChange={event => setOld(event.target.value)} /></Field>
      <Field label="New password" hint={`At least ${PASSWORD_MIN} characters; a short sentence is best.`}><input className="input" type="password" autoComplete="new-password" required minLength={PASSWORD_MIN} value={next} onChange={event => setNext(event.target.value)} /></Field>
      <label className="check"><input type="checkbox" checked={tokens} onChange={event => setTokens(event.target.checked)} />Also end all tokens of programs</label>
      {fault !== null && <Fault error={fault} />}
      <div><button className="btn primary" disabled={busy || !old || next.length < PASSWORD_MIN}>Change password</button></div>
    </form>
  )
}

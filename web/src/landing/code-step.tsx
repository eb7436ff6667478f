/* The second step of signing in: the code of the authenticator, or a recovery code. */
import { useState, type FormEvent } from 'react'
import { session as calls } from '../api/calls'
import type { SecondStep, Session } from '../api/types'
import { Fault, Field } from '../ui/parts'

export function CodeStep({ step, onEnter, onBack }: { step: SecondStep; onEnter: (session: Session) => void; onBack: () => void }) {
  const [code, setCode] = useState('')
  const [recovery, setRecovery] = useState(false)
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setFault(null)
    try { onEnter(await calls.code(step.ticket, code)) } catch (error) { setFault(error); setBusy(false) }
  }
  return (
    <section className="door" id="door">
      <div>
        <h2>One more step</h2>
        <p className="muted">Your password was right. This account also asks for a code.</p>
      </div>
      <form className="panel stack" onSubmit={submit}>
        {recovery
          ? <Field label="Recovery code" hint="One of the ten you kept; each works once."><input key="recovery" className="input" name="code" autoFocus required maxLength={40} autoComplete="off" autoCapitalize="off" spellCheck={false} value={code} onChange={event => setCode(event.target.value)} /></Field>
          : <Field label="Code" hint="Six digits, from your authenticator app."><input key="code" className="input num" name="code" autoFocus required maxLength={10} inputMode="numeric" autoComplete="one-time-code" value={code} onChange={event => setCode(event.target.value)} /></Field>}
        {fault !== null && <Fault error={fault} />}
        <button className="btn primary large" disabled={busy || !code.trim()}>{busy ? 'One moment…' : 'Sign in'}</button>
        <div className="spread wrap small">
          <button type="button" className="link" onClick={() => { setRecovery(!recovery); setCode('') }}>{recovery ? 'Use the app' : 'Use a recovery code'}</button>
          <button type="button" className="link" onClick={onBack}>Begin again</button>
        </div>
      </form>
    </section>
  )
}

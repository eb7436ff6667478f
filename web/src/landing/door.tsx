/* Sign-up and sign-in, one form. */
import { useState, type FormEvent } from 'react'
import { session as calls } from '../api/calls'
import type { SecondStep, Session, Welcome } from '../api/types'
import { CodeStep } from './code-step'
import { Fault, Field, Segments } from '../ui/parts'

const PASSWORD_MIN = 10
/* of the link an operator sent: behind the #, so that it is in no log */
const INVITATION = new URLSearchParams(location.hash.slice(1)).get('invitation') ?? ''
const STEPS = [
  ['Drop your files', 'Exports of iPhone, Gmail, Outlook, Android or LinkedIn, several at once.'],
  ['See what will happen', 'How many are new, known or broken, before anything is changed.'],
  ['Settle the doubles', 'Side by side with the evidence; one key for yes, one for no.'],
] as const

export function Door({ welcome, onEnter }: { welcome: Welcome | null; onEnter: (session: Session) => void }) {
  const [way, setWay] = useState<'signup' | 'login'>('signup')
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [step, setStep] = useState<SecondStep | null>(null)
  const isClosed = welcome?.sign_up === 'closed'
  const isNew = way === 'signup' && !isClosed
  const lacksInvitation = isNew && welcome?.sign_up === 'invitation' && !INVITATION

  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const text = (name: string) => String(form.get(name) ?? '')
    setBusy(true)
    setFault(null)
    try {
      const found = isNew
        ? await calls.signup(text('email'), text('password'), text('name'), INVITATION)
        : await calls.login(text('email'), text('password'))
      if ('ticket' in found) setStep(found)
      else onEnter(found)
    } catch (error) {
      setFault(error)
      setBusy(false)
    }
  }
  if (step) return <CodeStep step={step} onEnter={onEnter} onBack={() => { setStep(null); setBusy(false) }} />
  return (
    <section className="door" id="door">
      <div>
        <h2>{isNew ? 'Start your book' : 'Welcome back'}</h2>
        <p className="muted">{isNew ? 'An e-mail address and a password. Nothing is sent anywhere.' : 'Your book is where you left it.'}</p>
        {isNew && <ol className="steps">{STEPS.map(([title, text]) => <li key={title}><b>{title}</b><span>{text}</span></li>)}</ol>}
      </div>
      <form className="panel stack" onSubmit={submit}>
        {isClosed && <p className="small muted">New accounts are made by whoever runs this server; ask them for one.</p>}
        {lacksInvitation && <p className="small muted">To start a book here you need an invitation: open the link you were sent, or ask whoever runs this server for one.</p>}
        {!isClosed && <Segments label="New or known" value={way} options={[['signup', 'New here'], ['login', 'I have a book']]} onChange={next => { setWay(next); setFault(null) }} />}
        {isNew && <Field label="Your name"><input className="input" name="name" autoComplete="name" maxLength={200} /></Field>}
        <Field label="E-mail"><input className="input" name="email" type="email" autoComplete="email" required maxLength={320} /></Field>
        <Field label="Password" {...(isNew && { hint: `At least ${PASSWORD_MIN} characters; a short sentence is best.` })}>
          <input className="input" name="password" type="password" required minLength={isNew ? PASSWORD_MIN : 1} autoComplete={isNew ? 'new-password' : 'current-password'} />
        </Field>
        {fault !== null && <Fault error={fault} />}
        <button className="btn primary large" disabled={busy || lacksInvitation}>{busy ? 'One moment…' : isNew ? 'Create my book' : 'Sign in'}</button>
      </form>
    </section>
  )
}

/* The second factor: set up with an authenticator app, recovery codes, switched off. */
import { useQuery } from '@tanstack/react-query'
import { lazy, Suspense, useState, type FormEvent } from 'react'
import { doors as calls } from '../api/calls'
import { dayOf, plural } from '../lib/format'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icon'
import { Fault, Field } from '../ui/parts'
import { useToast } from '../ui/toast'

const QrCode = lazy(() => import('./qr').then(m => ({ default: m.QrCode })))
type Open = 'setup' | 'codes' | 'off' | null

export function FactorPart() {
  const query = useQuery({ queryKey: ['factor'], queryFn: calls.factor })
  const [open, setOpen] = useState<Open>(null)
  const factor = query.data
  const close = () => { setOpen(null); void query.refetch() }
  return (
    <section className="panel stack">
      <div className="spread wrap">
        <div className="grow">
          <h2>Second factor</h2>
          <p className="small muted">
            {factor?.on
              ? `On since ${dayOf(factor.since ?? '')}; ${plural(factor.recovery_codes, 'recovery code')} left.`
              : 'Besides the password, a code from an app on your phone. Who steals the password alone stays out.'}
          </p>
        </div>
        {factor && !factor.on && <button type="button" className="btn primary" onClick={() => setOpen('setup')}><Icon name="key" />Set up</button>}
        {factor?.on && <div className="row wrap"><button type="button" className="btn" onClick={() => setOpen('codes')}>New recovery codes</button><button type="button" className="btn danger" onClick={() => setOpen('off')}>Switch off</button></div>}
      </div>
      {query.isError && <Fault error={query.error} retry={() => void query.refetch()} />}
      {open === 'setup' && <SetUp onClose={close} />}
      {open === 'codes' && <Proved title="New recovery codes" act="Make new codes" text="The ones you have stop working." onClose={close} />}
      {open === 'off' && <Proved title="Switch the second factor off" act="Switch off" off text="Signing in will ask for the password alone." onClose={close} />}
    </section>
  )
}

function PasswordField({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  return <Field label="Your password"><input className="input" type="password" autoComplete="current-password" value={value} onChange={event => onChange(event.target.value)} /></Field>
}

function CodeField({ value, onChange, hint }: { value: string; onChange: (value: string) => void; hint: string }) {
  return <Field label="Code" hint={hint}><input className="input num" autoComplete="one-time-code" maxLength={40} value={value} onChange={event => onChange(event.target.value)} /></Field>
}

/* Password, then QR code and first code, then the recovery codes. */
function SetUp({ onClose }: { onClose: () => void }) {
  const [password, setPassword] = useState('')
  const [begun, setBegun] = useState<{ secret: string; uri: string } | null>(null)
  const [code, setCode] = useState('')
  const [codes, setCodes] = useState<string[] | null>(null)
  const [fault, setFault] = useState<unknown>(null)
  const go = async (event: FormEvent) => {
    event.preventDefault()
    setFault(null)
    try {
      if (begun) setCodes((await calls.confirmFactor(code)).recovery_codes)
      else setBegun(await calls.beginFactor(password))
    } catch (error) { setFault(error) }
  }
  if (codes) return <Codes codes={codes} onClose={onClose} />
  const cancel = <button type="button" className="btn" onClick={onClose}>Cancel</button>
  return (
    <Dialog title="Set up a second factor" onClose={onClose} footer={<>{cancel}<button form="factor" className="btn primary" disabled={begun ? !code.trim() : !password}>{begun ? 'Switch on' : 'Go on'}</button></>}>
      <form id="factor" className="stack" onSubmit={go}>
        {!begun && <PasswordField value={password} onChange={setPassword} />}
        {begun && <Suspense fallback={<p className="small muted">One moment…</p>}><Secret {...begun} /></Suspense>}
        {begun && <CodeField value={code} onChange={setCode} hint="The six digits it shows now." />}
        {fault !== null && <Fault error={fault} />}
      </form>
    </Dialog>
  )
}

function Secret({ secret, uri }: { secret: string; uri: string }) {
  return (
    <>
      <p>Scan this with an authenticator app, or type the key into it.</p>
      <QrCode text={uri} label="QR code of the key" />
      <p className="small">Key <code>{secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></p>
    </>
  )
}

/* What is done with password and code: new recovery codes, or the end of it. */
function Proved({ title, act, text, off, onClose }: { title: string; act: string; text: string; off?: boolean; onClose: () => void }) {
  const toast = useToast()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [codes, setCodes] = useState<string[] | null>(null)
  const [fault, setFault] = useState<unknown>(null)
  const go = async (event: FormEvent) => {
    event.preventDefault()
    setFault(null)
    try {
      if (!off) return setCodes((await calls.newCodes(password, code)).recovery_codes)
      await calls.factorOff(password, code)
      toast.show('The second factor is off')
      onClose()
    } catch (error) { setFault(error) }
  }
  if (codes) return <Codes codes={codes} onClose={onClose} />
  return (
    <Dialog title={title} onClose={onClose} footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button form="proved" className={off ? 'btn danger' : 'btn primary'} disabled={!password || !code.trim()}>{act}</button></>}>
      <form id="proved" className="stack" onSubmit={go}>
        <p>{text}</p>
        <PasswordField value={password} onChange={setPassword} />
        <CodeField value={code} onChange={setCode} hint="From your app, or a recovery code." />
        {fault !== null && <Fault error={fault} />}
      </form>
    </Dialog>
  )
}

function Codes({ codes, onClose }: { codes: string[]; onClose: () => void }) {
  const toast = useToast()
  const text = codes.join('\n') + '\n'
  const copy = () => navigator.clipboard.writeText(text).then(() => toast.show('Copied'), error => toast.fault(error))
  return (
    <Dialog title="Your recovery codes" onClose={onClose} footer={<button type="button" className="btn primary" onClick={onClose}>I have kept them</button>}>
      <div className="stack">
        <p>Without your phone, one of these lets you in; each works once. Print them or put them into your password manager: they are shown this once.</p>
        <ol className="codes mono">{codes.map(code => <li key={code}>{code}</li>)}</ol>
        <div className="row wrap">
          <button type="button" className="btn small" onClick={copy}><Icon name="copy" />Copy</button>
          <a className="btn small" download="kith-recovery-codes.txt" href={`data:text/plain;charset=utf-8,${encodeURIComponent(text)}`}><Icon name="export" />Download</a>
        </div>
      </div>
    </Dialog>
  )
}

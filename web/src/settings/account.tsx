import { useQueryClient } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { account as calls } from '../api/calls'
import type { Session } from '../api/types'
import { ThemeChoice } from '../shell/theme'
import { Dialog } from '../ui/dialog'
import { Fault, Field } from '../ui/parts'
import { useToast } from '../ui/toast'
import { UsagePart } from './usage'

export function AccountPart({ session, onLeave }: { session: Session; onLeave: () => void }) {
  const client = useQueryClient()
  const toast = useToast()
  const [name, setName] = useState(session.account.name)
  const [erasing, setErasing] = useState(false)
  const save = async (event: FormEvent) => {
    event.preventDefault()
    try {
      const account = await calls.change({ name })
      client.setQueryData(['session'], { ...session, account })
      toast.show('Saved')
    } catch (error) { toast.fault(error) }
  }
  return (
    <>
      <form className="panel stack" onSubmit={save}>
        <h2>Your book</h2>
        <Field label="Its name"><input className="input" value={name} maxLength={200} onChange={event => setName(event.target.value)} /></Field>
        <Field label="You sign in as"><input className="input" value={session.user.email} readOnly /></Field>
        <div><button className="btn primary" disabled={name === session.account.name}>Save</button></div>
      </form>
      <UsagePart />
      <section className="panel spread wrap"><div><h2>Appearance</h2><p className="small muted">Auto follows your system.</p></div><ThemeChoice /></section>
      <section className="panel spread wrap">
        <div><h2>Delete everything</h2><p className="small muted">Account, contacts, history and files; at once and for good.</p></div>
        <button type="button" className="btn danger" onClick={() => setErasing(true)}>Delete my account</button>
      </section>
      {erasing && <Erase onClose={() => setErasing(false)} onLeave={onLeave} />}
    </>
  )
}

function Erase({ onClose, onLeave }: { onClose: () => void; onLeave: () => void }) {
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState<unknown>(null)
  const erase = async (event: FormEvent) => {
    event.preventDefault()
    try { await calls.erase(password); onLeave() } catch (error) { setFault(error) }
  }
  return (
    <Dialog title="Delete everything" onClose={onClose} footer={<><button type="button" className="btn" onClick={onClose}>Keep it</button><button form="erase" className="btn danger" disabled={!password}>Delete for good</button></>}>
      <form id="erase" className="stack" onSubmit={erase}>
        <p>This is the one thing Kith cannot undo. Take your book out first if you may want it again.</p>
        <Field label="Your password"><input className="input" type="password" autoComplete="current-password" value={password} onChange={event => setPassword(event.target.value)} /></Field>
        {fault !== null && <Fault error={fault} />}
      </form>
    </Dialog>
  )
}

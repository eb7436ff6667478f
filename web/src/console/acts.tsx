/* The audit log of the whole installation, by act and by person. */
import { useState, type FormEvent } from 'react'
import { admin as calls } from '../api/calls'
import { ActList } from '../settings/act-list'
import { ACTS } from '../settings/acts'

export function Acts() {
  const [what, setWhat] = useState('')
  const [typed, setTyped] = useState('')
  const [email, setEmail] = useState('')
  const look = (event: FormEvent) => { event.preventDefault(); setEmail(typed.trim()) }
  return (
    <section className="panel stack" aria-labelledby="acts-head">
      <div className="spread wrap">
        <h2 id="acts-head">Who did what</h2>
        <form className="row wrap" onSubmit={look}>
          <select className="input small acts-what" aria-label="Which acts" value={what} onChange={event => setWhat(event.target.value)}>
            <option value="">Everything</option>
            {Object.entries(ACTS).map(([key, text]) => <option key={key} value={key}>{text}</option>)}
          </select>
          <input className="input small acts-who" type="email" aria-label="Whose" placeholder="E-mail, Enter" value={typed} onChange={event => { setTyped(event.target.value); if (!event.target.value) setEmail('') }} />
        </form>
      </div>
      <ActList name={['all', what, email]} ask={cursor => calls.audit(cursor, what, email)} />
    </section>
  )
}

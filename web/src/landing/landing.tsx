/* The public page: what Kith does in one glance, and the door. */
import { useEffect, useState } from 'react'
import { session as calls } from '../api/calls'
import type { Session, Welcome } from '../api/types'
import { Mark } from '../ui/icon'
import { Fault } from '../ui/parts'
import { Door } from './door'
import { Picture } from './picture'
import './landing.css'

const PROMISES = [
  ['Nothing is lost', 'Every card is kept exactly as it came, unknown fields included. Take everything out again, byte for byte, whenever you want.'],
  ['Every step can be undone', 'An import, a merge, an edit, a bad afternoon. Go back to any moment, for one card or the whole book.'],
  ['It says why', 'Each duplicate comes with its evidence, each added fact with the rule that found it. You decide; Kith remembers.'],
  ['It stays with you', 'One program on your own machine, no third party. Open source, plain formats, a documented API.'],
] as const

export function Landing({ onEnter }: { onEnter: (session: Session) => void }) {
  const [fault, setFault] = useState<unknown>(null)
  const [busy, setBusy] = useState(false)
  const [welcome, setWelcome] = useState<Welcome | null>(null)
  useEffect(() => { calls.welcome().then(setWelcome, () => undefined) }, []) // unknown: everything is offered
  const demo = async () => {
    setBusy(true)
    try { onEnter(await calls.demo()) } catch (error) { setFault(error); setBusy(false) }
  }
  return (
    <div className="landing">
      <header className="landing-top">
        <span className="brand"><Mark size={30} /><span>Kith</span></span>
        <a className="btn ghost" href="#door">Sign in</a>
      </header>
      <main>
        <section className="hero">
          <div className="hero-text">
            <h1>All your address books.<br /><em>One clean one.</em></h1>
            <p>Drop the contacts of your phone, Gmail and Outlook on Kith. It cleans them, finds who is who, fills in what can be known, and hands you one book to search and keep.</p>
            <div className="row wrap">
              <a className="btn primary large" href="#door">Start your book</a>
              {welcome?.demo !== false && <button type="button" className="btn large" onClick={demo} disabled={busy}>{busy ? 'Opening…' : 'Try the demo'}</button>}
            </div>
            {fault !== null && <Fault error={fault} />}
          </div>
          <Picture />
        </section>
        <section className="promises" aria-label="What Kith promises">
          {PROMISES.map(([title, text]) => <div key={title}><h2>{title}</h2><p>{text}</p></div>)}
        </section>
        <Door welcome={welcome} onEnter={onEnter} />
      </main>
      <footer className="landing-foot">Kith is free software. Your contacts are yours.</footer>
    </div>
  )
}

/* The whole book as of a moment: first how much would change, then the change, which is itself one undo. */
import { useState } from 'react'
import { account as calls } from '../api/calls'
import { useRefresh } from '../api/queries'
import { momentOf, plural } from '../lib/format'
import { Fault, Field } from '../ui/parts'
import { useToast } from '../ui/toast'

const HOUR_MS = 3_600_000
const QUICK: [string, number][] = [['An hour ago', HOUR_MS], ['Yesterday', 24 * HOUR_MS], ['A week ago', 168 * HOUR_MS]]

const localInput = (time: number) => new Date(time - new Date(time).getTimezoneOffset() * 60_000).toISOString().slice(0, 16)

export function RestorePart() {
  const toast = useToast()
  const refresh = useRefresh()
  const [when, setWhen] = useState(() => localInput(Date.now() - HOUR_MS))
  const [count, setCount] = useState<number | null>(null)
  const [fault, setFault] = useState<unknown>(null)
  const at = () => new Date(when).toISOString()
  const choose = (next: string) => { setWhen(next); setCount(null); setFault(null) }
  const ask = async () => {
    try { setCount((await calls.restore(at(), true)).cards ?? 0) } catch (error) { setFault(error) }
  }
  const go = async () => {
    try {
      const { batch } = await calls.restore(at(), false)
      setCount(null)
      await refresh()
      toast.show('Your book is going back to that moment', batch ? async () => { await calls.undo(batch); await refresh() } : undefined)
    } catch (error) { setFault(error) }
  }
  return (
    <section className="panel stack">
      <div><h2>The whole book as it was</h2><p className="small muted">Every card goes back to how it was at that moment. Nothing is erased: this step can be undone too.</p></div>
      <div className="row wrap">
        {QUICK.map(([text, ms]) => <button key={text} type="button" className="btn small" onClick={() => choose(localInput(Date.now() - ms))}>{text}</button>)}
      </div>
      <Field label="Moment"><input className="input" type="datetime-local" value={when} max={localInput(Date.now())} onChange={event => choose(event.target.value)} /></Field>
      {fault !== null && <Fault error={fault} />}
      {count === null
        ? <div><button type="button" className="btn" disabled={!when} onClick={ask}>See what would change</button></div>
        : <div className="row wrap">
            <p className="grow">{count === 0 ? 'Nothing has changed since then.' : `${plural(count, 'contact')} would change back to ${momentOf(at())}.`}</p>
            {count > 0 && <button type="button" className="btn primary" onClick={go}>Go back</button>}
          </div>}
    </section>
  )
}

/* "Ten times the usual, for twelve hours": planned, begun, ended by itself or by hand. */
import { useState } from 'react'
import { admin as calls } from '../api/calls'
import type { Fleet, FleetLaunch } from '../api/fleet'
import { momentOf, number } from '../lib/format'
import { Dialog } from '../ui/dialog'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'
import { preview } from './preview'
import { age } from './words'

export function Launch({ fleet }: { fleet: Fleet }) {
  const [planning, setPlanning] = useState(false)
  const [landing, setLanding] = useState(false)
  const now = Date.parse(fleet.at)
  const running = fleet.launches.filter(launch => Date.parse(launch.starts) <= now)
  return (
    <section className={running.length ? 'panel launch on' : 'panel launch'} aria-labelledby="launch-head">
      <div className="spread wrap">
        <div>
          <h2 id="launch-head">{running.length ? `Launch: ${fleet.factor} times the usual` : 'Launch'}</h2>
          <p className="small muted">{running.length
            ? running.map(launch => `ends by itself in ${age(Date.parse(launch.ends) - now)}, ${momentOf(launch.ends)}`).join('; ')
            : 'Expecting a crowd? Let everything grow for some hours; it ends by itself.'}</p>
        </div>
        <div className="row">
          {running.length > 0 && <button type="button" className="btn" onClick={() => setLanding(true)}>Land now</button>}
          <button type="button" className="btn primary" onClick={() => setPlanning(true)}><Icon name="rocket" />Plan a launch</button>
        </div>
      </div>
      {planning && <Plan fleet={fleet} onClose={() => setPlanning(false)} />}
      {landing && <Land launches={running} onClose={() => setLanding(false)} />}
    </section>
  )
}

function Plan({ fleet, onClose }: { fleet: Fleet; onClose: () => void }) {
  const toast = useToast()
  const [factor, setFactor] = useState('10')
  const [hours, setHours] = useState('12')
  const plan = preview(fleet, Number(factor) || 1)
  const valid = Number(factor) >= 2 && Number(factor) <= 1000 && Number(hours) >= 1 && Number(hours) <= 720
  const begin = async () => {
    try {
      await calls.launch(Math.round(Number(factor)), Math.round(Number(hours)))
      toast.show(`Launched: ${factor} times the usual for ${hours} h`, calls.land)
      onClose()
    } catch (error) { toast.fault(error) }
  }
  return (
    <Dialog title="Plan a launch" onClose={onClose}
      footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button type="button" className="btn primary" disabled={!valid} onClick={() => void begin()}>Launch</button></>}>
      <div className="stack">
        <div className="limits">
          <label className="field"><span>Times the usual</span><input className="input num" type="number" min={2} max={1000} value={factor} onChange={event => setFactor(event.target.value)} /></label>
          <label className="field"><span>Hours</span><input className="input num" type="number" min={1} max={720} value={hours} onChange={event => setHours(event.target.value)} /></label>
        </div>
        <table className="small">
          <caption className="sr">Workers at most</caption>
          <thead><tr><th scope="col">Workers at most</th><th scope="col">Now</th><th scope="col">During the launch</th></tr></thead>
          <tbody>{plan.kinds.map(kind => <tr key={kind.kind}><th scope="row">{kind.kind}</th><td className="num">{number(kind.now)}</td><td className="num">{number(kind.then)}</td></tr>)}</tbody>
        </table>
        <ul className="plan small">{plan.lines.map(line => <li key={line.text} className={line.warn ? 'warn' : ''}>{line.text}</li>)}</ul>
      </div>
    </Dialog>
  )
}

function Land({ launches, onClose }: { launches: FleetLaunch[]; onClose: () => void }) {
  const toast = useToast()
  const again = () => Promise.all(launches.map(launch => calls.launch(launch.factor, Math.max(1, Math.round((Date.parse(launch.ends) - Date.now()) / 3_600_000)))))
  const land = async () => {
    try { await calls.land(); toast.show('Landed: the usual limits count again', again); onClose() } catch (error) { toast.fault(error) }
  }
  return (
    <Dialog title="Land now?" onClose={onClose}
      footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button type="button" className="btn primary" onClick={() => void land()}>Land</button></>}>
      <p>The usual limits count again within seconds. Nothing that is in work is cut off; workers leave as they finish.</p>
    </Dialog>
  )
}

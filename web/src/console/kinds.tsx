/* Work by kind: what waits, who works on it, what holds it; limits, pause and second chances. */
import { useState, type FormEvent } from 'react'
import { admin as calls } from '../api/calls'
import type { Fleet, FleetKind, KindSettings } from '../api/fleet'
import { number, plural } from '../lib/format'
import { Dialog } from '../ui/dialog'
import { IconButton } from '../ui/parts'
import { useToast } from '../ui/toast'
import { most } from './preview'
import { age, heldBy, took } from './words'

export function Kinds({ fleet }: { fleet: Fleet }) {
  const [limits, setLimits] = useState<FleetKind | null>(null)
  const [redrive, setRedrive] = useState<FleetKind | null>(null)
  const toast = useToast()
  const pause = async (kind: FleetKind, paused: boolean) => {
    try { await calls.setKind(kind.kind, { paused }) } catch (error) { return toast.fault(error) }
    toast.show(paused ? `${kind.kind} is paused; what is in work is finished` : `${kind.kind} goes on`, () => calls.setKind(kind.kind, { paused: !paused }))
  }
  return (
    <section className="panel" aria-labelledby="kinds-head">
      <h2 id="kinds-head">Work</h2>
      <div className="table" tabIndex={0} role="region" aria-label="Work by kind">
        <table>
          <thead><tr><th scope="col">Kind</th><th scope="col">Waiting</th><th scope="col">Oldest</th><th scope="col">Workers</th><th scope="col">Held by</th><th scope="col">A job takes</th><th scope="col">Given up</th><th scope="col"><span className="sr">Change</span></th></tr></thead>
          <tbody>
            {fleet.kinds.map(kind => (
              <tr key={kind.kind} className={kind.oldest_ms > kind.slo_ms && !kind.paused ? 'late' : ''}>
                <th scope="row">{kind.kind}{kind.paused && <> <span className="chip warn">paused</span></>}</th>
                <td className="num">{number(kind.ready)}{kind.later > 0 && <span className="faint" title="waiting for their time"> +{number(kind.later)}</span>}</td>
                <td className="num">{age(kind.oldest_ms)}</td>
                <td className="num" title={`${kind.busy} busy, ${kind.running} running, ${kind.target} wanted, at most ${most(kind, fleet.factor)}`}>{kind.running}<span className="faint"> / {kind.target} of {number(most(kind, fleet.factor))}</span></td>
                <td>{kind.held_by ? <span className="chip info">{heldBy(kind.held_by, kind.service)}</span> : <span className="faint">–</span>}</td>
                <td className="num">{took(kind.service_us)}</td>
                <td className="num">{kind.dead > 0 ? <button type="button" className="btn small danger" onClick={() => setRedrive(kind)}>{number(kind.dead)}: try again</button> : <span className="faint">–</span>}</td>
                <td className="actions">
                  <IconButton icon={kind.paused ? 'play' : 'pause'} label={kind.paused ? `Resume ${kind.kind}` : `Pause ${kind.kind}`} className="small" onClick={() => void pause(kind, !kind.paused)} />
                  <IconButton icon="settings" label={`Limits of ${kind.kind}`} className="small" onClick={() => setLimits(kind)} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {limits && <Limits kind={limits} factor={fleet.factor} onClose={() => setLimits(null)} />}
      {redrive && <Redrive kind={redrive} onClose={() => setRedrive(null)} />}
    </section>
  )
}

const FIELDS: { key: keyof Omit<KindSettings, 'paused'>; label: string; hint: string; min: number; max: number }[] = [
  { key: 'min', label: 'At least', hint: 'workers, also when nothing is to be done', min: 0, max: 2000 },
  { key: 'max', label: 'At most', hint: 'workers, on all hosts together', min: 0, max: 2000 },
  { key: 'slo_ms', label: 'Oldest job (ms)', hint: 'older than that is late', min: 100, max: 86_400_000 },
  { key: 'rho_pct', label: 'Busy (%)', hint: 'how busy workers should be', min: 10, max: 99 },
  { key: 'down_s', label: 'Kept (s)', hint: 'before workers are let go', min: 0, max: 3600 },
  { key: 'weight', label: 'Weight', hint: 'share of the CPU when it is short, 1 to 100', min: 1, max: 100 },
]

function Limits({ kind, factor, onClose }: { kind: FleetKind; factor: number; onClose: () => void }) {
  const toast = useToast()
  const [values, setValues] = useState(() => Object.fromEntries(FIELDS.map(field => [field.key, String(kind[field.key])])))
  const save = async (event: FormEvent) => {
    event.preventDefault()
    const changed = FIELDS.filter(field => values[field.key] !== String(kind[field.key]))
    const of = (pick: (key: keyof KindSettings) => number) => Object.fromEntries(changed.map(field => [field.key, pick(field.key)])) as Partial<KindSettings>
    if (!changed.length) return onClose()
    try {
      await calls.setKind(kind.kind, of(key => Number(values[key])))
      toast.show(`Limits of ${kind.kind} set`, () => calls.setKind(kind.kind, of(key => Number(kind[key]))))
      onClose()
    } catch (error) { toast.fault(error) }
  }
  return (
    <Dialog title={`Limits of ${kind.kind}`} onClose={onClose}
      footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button type="submit" form="limits" className="btn primary">Set</button></>}>
      <form id="limits" className="limits" onSubmit={save}>
        {FIELDS.map(field => (
          <label key={field.key} className="field"><span>{field.label}</span>
            <input className="input num" type="number" required min={field.min} max={field.max} step={1} value={values[field.key]} onChange={event => setValues({ ...values, [field.key]: event.target.value })} />
            <span className="hint">{field.hint}</span>
          </label>
        ))}
      </form>
      {factor > 1 && <p className="small muted">While the launch lasts, “at least” and “at most” count {factor} times.</p>}
    </Dialog>
  )
}

function Redrive({ kind, onClose }: { kind: FleetKind; onClose: () => void }) {
  const toast = useToast()
  const run = async () => {
    try { toast.show(`${plural((await calls.redrive(kind.kind)).redriven, 'job')} of ${kind.kind} tried again`); onClose() } catch (error) { toast.fault(error) }
  }
  return (
    <Dialog title="Try again what was given up?" onClose={onClose}
      footer={<><button type="button" className="btn" onClick={onClose}>Cancel</button><button type="button" className="btn primary" onClick={() => void run()}>Try again</button></>}>
      <p>{plural(kind.dead, 'job')} of {kind.kind} failed too often and {kind.dead === 1 ? 'was' : 'were'} put aside. Trying again forgets the attempts; what still fails is put aside again.</p>
    </Dialog>
  )
}

/* Is all well? The first thing an operator reads. */
import type { Fleet, Mood } from '../api/fleet'
import { Icon } from '../ui/icon'
import { age } from './words'

const SHOWN: Record<Mood, string> = { well: 'All is well', note: 'Worth knowing', warn: 'Attention', bad: 'Trouble' }

export function Status({ fleet, staleMs }: { fleet: Fleet; staleMs: number }) {
  const mood = staleMs ? 'warn' : fleet.status.mood
  return (
    <section className={`status ${mood}`} aria-label="Status" role="status">
      <Icon name={mood === 'well' || mood === 'note' ? 'check' : 'warning'} />
      <div className="grow">
        <p className="status-text"><span className="sr">{SHOWN[mood]}: </span>{staleMs ? `No word from the server: last known, ${age(staleMs)} old` : fleet.status.text}</p>
        {staleMs > 0 && <p className="small">It said: {fleet.status.text}</p>}
        {fleet.status.more.length > 0 && <ul className="small">{fleet.status.more.map(line => <li key={line.text} className={line.mood}>{line.text}</li>)}</ul>}
      </div>
    </section>
  )
}

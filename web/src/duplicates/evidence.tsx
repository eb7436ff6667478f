/* Why these two: each reason with its weight, for and against, on one scale. */
import type { CSSProperties } from 'react'
import type { Pair } from '../api/types'

const WORDS = { certain: 'Certainly the same person', likely: 'Probably the same person', possible: 'Perhaps the same person' }

export function Evidence({ pair }: { pair: Pair }) {
  const strongest = Math.max(1, ...pair.evidence.map(one => Math.abs(one.points)))
  return (
    <section className="evidence" aria-label="Evidence">
      <div className="verdict" data-certainty={pair.certainty}>
        <b>{WORDS[pair.certainty]}</b>
        <span className="small muted num">{Math.round(pair.score)} points</span>
      </div>
      <ul>
        {pair.evidence.map((one, i) => (
          <li key={i} data-against={one.points < 0 || undefined}>
            <span className="reason" dir="auto">{one.text || one.label}</span>
            <span className="weight" aria-hidden="true"><i style={{ '--share': Math.abs(one.points) / strongest } as CSSProperties} /></span>
            <span className="points num">{one.points > 0 ? '+' : '−'}{Math.abs(Math.round(one.points))}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

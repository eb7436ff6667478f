/* Why these two: each reason with its weight, for and against, on one scale. */
import type { CSSProperties } from 'react'
import type { Pair } from '../api/types'

const WORDS = { certain: 'Certainly the same person', likely: 'Probably the same person', possible: 'Perhaps the same person' }

/* The server counts in hundredths: one point means twice as likely. */
const points = (n: number) => (n / 100).toLocaleString(undefined, { maximumFractionDigits: 1 })
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export function Evidence({ pair }: { pair: Pair }) {
  const strongest = Math.max(1, ...pair.evidence.map(one => Math.abs(one.points)))
  return (
    <section className="evidence" aria-label="Evidence">
      <div className="verdict" data-certainty={pair.certainty}>
        <b>{WORDS[pair.certainty]}</b>
        <span className="small muted num">{points(pair.score)} points</span>
      </div>
      <ul>
        {pair.evidence.map((one, i) => (
          <li key={i} data-against={one.points < 0 || undefined}>
            <span className="reason">{sentence(one.text || one.label)} {one.a && one.a === one.b && <span className="faint" dir="auto">{one.a}</span>}</span>
            <span className="weight" aria-hidden="true"><i style={{ '--share': Math.abs(one.points) / strongest } as CSSProperties} /></span>
            <span className="points num">{one.points > 0 ? '+' : one.points < 0 ? '−' : ''}{points(Math.abs(one.points))}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}

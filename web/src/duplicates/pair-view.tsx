/* A, the result, and B: contradictions on top with a choice, what adds up below, what agrees folded. */
import { useMemo, useState } from 'react'
import type { Card, CardDetail, Choice, Choices } from '../api/types'
import { nameOf } from '../card/fields'
import { dayOf } from '../lib/format'
import { Face } from '../ui/parts'
import { compare, defaultChoice, resultOf, type CompareRow } from './compare'

interface Props { a: CardDetail; b: CardDetail; suggested: Card | null; choices: Choices; onChoose: (choices: Choices) => void }

export function PairView({ a, b, suggested, choices, onChoose }: Props) {
  const rows = useMemo(() => compare(a.card, b.card), [a.card, b.card])
  const [unfolded, setUnfolded] = useState(false)
  const same = rows.filter(row => row.kind === 'same')
  const shown = unfolded ? rows : rows.filter(row => row.kind !== 'same')
  return (
    <div className="versus" role="table" aria-label="The two cards and the result">
      <div className="versus-head" role="row">
        <Who side="A" detail={a} />
        <div role="columnheader" className="result-head">Result</div>
        <Who side="B" detail={b} />
      </div>
      {shown.map(row => (
        <Row key={row.key} row={row} suggested={suggested} choice={choices[row.key]} onChoose={choice => onChoose({ ...choices, [row.key]: choice })} />
      ))}
      {same.length > 0 && (
        <button type="button" className="fold" aria-expanded={unfolded} onClick={() => setUnfolded(!unfolded)}>
          {unfolded ? 'Hide what is equal' : `Equal on both: ${same.map(row => row.title.toLowerCase()).join(', ')}`}
        </button>
      )}
    </div>
  )
}

function Who({ side, detail }: { side: string; detail: CardDetail }) {
  const from = [...new Set(detail.sources.map(source => source.name))].join(', ') || 'Added by hand'
  return (
    <div className="who" role="columnheader">
      <Face row={detail} size="2.6rem" />
      <div className="clip"><b className="clip" dir="auto">{nameOf(detail.card) || `Card ${side}`}</b><p className="tiny faint clip">{from} · {dayOf(detail.updated)}</p></div>
    </div>
  )
}

interface RowProps { row: CompareRow; suggested: Card | null; choice: Choice | undefined; onChoose: (choice: Choice) => void }

function Row({ row, suggested, choice, onChoose }: RowProps) {
  const now = choice ?? defaultChoice(row, suggested)
  const result = resultOf(row, choice, suggested)
  const choosable = row.kind !== 'same'
  const kept = (side: 'a' | 'b') => now === side || now === 'both'
  return (
    <div className="versus-row" role="row" data-kind={row.kind}>
      <h3 role="rowheader">{row.title}{row.kind === 'clash' && <span className="chip warn">differ</span>}</h3>
      <Cell texts={row.a} kept={!choosable || kept('a')} {...(choosable && row.a.length && { pick: () => onChoose('a') })} chosen={now === 'a'} />
      <div className="result" role="cell">
        {result.map((text, i) => <p key={i} dir="auto">{text}</p>)}
        {choosable && row.both && row.a.length > 0 && row.b.length > 0 && (
          <button type="button" className="btn small" aria-pressed={now === 'both'} onClick={() => onChoose('both')}>Keep both</button>
        )}
      </div>
      <Cell texts={row.b} kept={!choosable || kept('b')} {...(choosable && row.b.length && { pick: () => onChoose('b') })} chosen={now === 'b'} />
    </div>
  )
}

function Cell({ texts, kept, pick, chosen }: { texts: string[]; kept: boolean; pick?: (() => void) | 0; chosen: boolean }) {
  const lines = texts.length ? texts.map((text, i) => <p key={i} dir="auto">{text}</p>) : <p className="faint" aria-label="nothing">·</p>
  if (!pick) return <div className="cell" role="cell" data-kept={kept || undefined}>{lines}</div>
  return <div className="cell-box" role="cell"><button type="button" className="cell" aria-pressed={chosen} data-kept={kept || undefined} title="Keep only this" onClick={pick}>{lines}</button></div>
}

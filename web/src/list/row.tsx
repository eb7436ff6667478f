/* One line of the list: face, name, company, place, tags; in a search, why it matched. */
import { memo } from 'react'
import type { CardRow, SearchRow } from '../api/types'
import { ago } from '../lib/format'
import { highlight } from '../lib/fold'
import { Bone, Face } from '../ui/parts'

const TAGS_SHOWN = 2

export function Marked({ text, query }: { text: string; query: string }) {
  return <>{highlight(text, query).map((piece, i) => (piece.hit ? <mark key={i}>{piece.text}</mark> : piece.text))}</>
}

const hit = (text: string, query: string) => highlight(text, query).some(piece => piece.hit)

interface Props {
  row: CardRow | SearchRow | undefined
  query: string
  selected: boolean
  onTick: (extend: boolean) => void
}

export const RowBody = memo(function RowBody({ row, query, selected, onTick }: Props) {
  if (!row) return <><span className="face bone" /><span className="row-main"><Bone width="9rem" /><Bone width="6rem" height=".6rem" /></span></>
  const under = [row.title, row.company].filter(Boolean).join(', ') || row.email || row.phone || ''
  const found = 'match' in row && query && !hit(row.name, query) && !hit(under, query) ? row.match : null
  const byName = found?.text === row.name          /* in other letters: Anna finds Άννα */
  const match = byName || found?.text === under ? null : found
  return (
    <>
      <span className="row-face">
        <Face row={row} />
        <input type="checkbox" aria-label={`Select ${row.name}`} checked={selected} tabIndex={-1}
          onClick={event => { event.stopPropagation(); onTick(event.shiftKey) }} onChange={() => {}} />
      </span>
      <span className="row-main">
        <span className="row-name clip" dir="auto">{byName ? <mark>{row.name}</mark> : <Marked text={row.name} query={query} />}</span>
        <span className="row-under clip" dir="auto">
          {match ? <><span className="faint">{match.field} </span><Marked text={match.text} query={query} /></> : <Marked text={under} query={query} />}
        </span>
      </span>
      <span className="row-place clip"><Marked text={row.place ?? ''} query={query} /></span>
      <span className="row-tags">
        {row.tags.slice(0, TAGS_SHOWN).map(tag => <span key={tag} className="chip">{tag}</span>)}
        {row.tags.length > TAGS_SHOWN && <span className="chip">+{row.tags.length - TAGS_SHOWN}</span>}
      </span>
      <span className="row-when tiny faint nowrap">{row.suggestions > 0 ? <span className="chip accent" title="May be the same person as another card">twin?</span> : ago(row.updated)}</span>
    </>
  )
})

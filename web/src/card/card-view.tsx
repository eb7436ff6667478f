/* Every field, who said it, what Kith found out, and what no screen knows. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import { cards as calls } from '../api/calls'
import type { CardDetail, Original, Page } from '../api/types'
import { ago, momentOf, plural } from '../lib/format'
import { Icon } from '../ui/icon'
import { sectionsOf, unknownOf, type Line } from './fields'
import { Facts } from './facts'
import { provenance, type Provenance } from './provenance'

export const itemsOf = <T,>(answer: T[] | Page<T> | undefined): T[] => (Array.isArray(answer) ? answer : answer?.items ?? [])

export function useOriginals(id: string) {
  return useQuery({ queryKey: ['card', id, 'originals'], queryFn: async () => itemsOf<Original>(await calls.originals(id)) })
}

export function CardView({ detail }: { detail: CardDetail }) {
  const originals = useOriginals(detail.id)
  const pairs = useQuery({ queryKey: ['pairs', detail.id], queryFn: () => calls.duplicates(detail.id) })
  const says = provenance(originals.data ?? [], detail.sources)
  const sections = sectionsOf(detail.card)
  const unknown = unknownOf(detail.card)
  const twins = pairs.data?.length ?? 0
  return (
    <div className="card-body">
      {twins > 0 && (
        <Link href={`/duplicates?card=${detail.id}`} className="twin-note"><Icon name="twins" /><span>{plural(twins, 'other card')} may be the same person</span><b>Compare</b></Link>
      )}
      <div className="panel fields">
        {sections.map(section => (
          <section key={section.map} aria-label={section.title}>
            <Icon name={section.icon} />
            <ul>{section.lines.map(line => <Value key={line.id} line={line} fallback={section.title} says={says} many={detail.sources.length > 1} />)}</ul>
          </section>
        ))}
        {sections.length === 0 && <p className="muted">Nothing but a name so far.</p>}
      </div>
      <Facts facts={detail.facts} />
      {unknown.length > 0 && (
        <details className="panel unknown">
          <summary>{plural(unknown.length, 'more property', 'more properties')}, kept as they came</summary>
          <dl>{unknown.map((one, i) => <div key={i}><dt className="mono">{one.name}</dt><dd dir="auto">{one.text}</dd></div>)}</dl>
        </details>
      )}
      <Sources detail={detail} />
    </div>
  )
}

function Value({ line, fallback, says, many }: { line: Line; fallback: string; says: Provenance; many: boolean }) {
  const who = many ? says.of(line.text) : []
  return (
    <li>
      <div className="value" dir="auto">
        {line.href ? <a href={line.href} {...(/^https?:/.test(line.href) && { target: '_blank', rel: 'noreferrer' })}>{line.text}</a> : line.text}
      </div>
      <div className="about"><span>{line.label || fallback}</span>{who.map(name => <span key={name} className="chip" title={`Said by ${name}`}>{name}</span>)}</div>
      <Copy text={line.text} />
    </li>
  )
}

const COPIED_MS = 1400

function Copy({ text }: { text: string }) {
  const [done, setDone] = useState(false)
  const copy = async () => {
    try { await navigator.clipboard.writeText(text) } catch { return }
    setDone(true)
    setTimeout(() => setDone(false), COPIED_MS)
  }
  return <button type="button" className="copy" aria-label={done ? 'Copied' : `Copy ${text}`} title={done ? 'Copied' : 'Copy'} onClick={copy}><Icon name={done ? 'check' : 'copy'} /></button>
}

function Sources({ detail }: { detail: CardDetail }) {
  return (
    <footer className="sources small muted">
      {detail.sources.map((source, i) => <span key={i} title={source.seen && `Last seen ${momentOf(source.seen)}`}><Icon name="file" />{source.name}</span>)}
      <span title={momentOf(detail.updated)}><Icon name="clock" />Changed {ago(detail.updated)}</span>
    </footer>
  )
}

/* Two people (or two windows) edited one card: both versions side by side, and one that keeps what it can of both. */
import { useState } from 'react'
import type { Card, Conflict, Patch } from '../api/types'
import { Dialog } from '../ui/dialog'
import { dateText, nameOf, sectionsOf } from './fields'
import { applyPatch, atPointer, setPointer } from './patch'

interface Props { base: Card; patch: Patch; offer: Conflict; onClose: () => void; onDiscard: () => void; onSave: (card: Card) => void }

export function ConflictOffer({ base, patch, offer, onClose, onDiscard, onSave }: Props) {
  const mine = applyPatch(base, patch)
  const theirs = offer.current.card
  const [picks, setPicks] = useState<Record<string, 'mine' | 'theirs'>>({})
  const contested = offer.conflicts.map(pointer => pointer.replace(/^\//, ''))
  const result = () => {
    let card = structuredClone(offer.merged ?? applyPatch(theirs, patch))
    for (const pointer of contested)
      card = setPointer(card, pointer, atPointer(picks[pointer] === 'theirs' ? theirs : mine, pointer))
    return card
  }
  return (
    <Dialog wide title="Somebody changed this card meanwhile" onClose={onClose} footer={
      <>
        <button type="button" className="btn danger" onClick={onDiscard}>Drop my changes</button>
        <div className="grow" />
        <button type="button" className="btn" onClick={onClose}>Back to editing</button>
        <button type="button" className="btn primary" onClick={() => onSave(result())}>Save both together</button>
      </>}>
      <p className="muted">Your changes are not lost. What only one of you changed is kept; for the rest, choose.</p>
      {contested.length === 0 && <p className="notice">Nothing collides: your changes and theirs fit together.</p>}
      {contested.map(pointer => (
        <fieldset className="clash" key={pointer}>
          <legend>{labelFor(pointer)}</legend>
          {(['mine', 'theirs'] as const).map(side => (
            <label className="pick" key={side}>
              <input type="radio" name={pointer} checked={(picks[pointer] ?? 'mine') === side} onChange={() => setPicks({ ...picks, [pointer]: side })} />
              <span><span className="faint small">{side === 'mine' ? 'Yours' : 'Theirs'}</span><br /><b dir="auto">{text(atPointer(side === 'mine' ? mine : theirs, pointer)) || 'removed'}</b></span>
            </label>
          ))}
        </fieldset>
      ))}
      <div className="sides">
        <Side title="Yours" card={mine} other={theirs} />
        <Side title="Theirs" card={theirs} other={mine} />
      </div>
    </Dialog>
  )
}

function Side({ title, card, other }: { title: string; card: Card; other: Card }) {
  const known = new Set(sectionsOf(other).flatMap(section => section.lines.map(line => section.map + line.text)))
  return (
    <section className="side-card">
      <h3>{title}</h3>
      <p className={nameOf(card) === nameOf(other) ? undefined : 'changed'} dir="auto"><b>{nameOf(card)}</b></p>
      {sectionsOf(card).flatMap(section => section.lines.map(line => (
        <p key={section.map + line.id} className={known.has(section.map + line.text) ? undefined : 'changed'} dir="auto"><span className="faint small">{line.label || section.title}</span> {line.text}</p>
      )))}
    </section>
  )
}

const labelFor = (pointer: string) => {
  const [map, , member] = pointer.split('/')
  return [map, member].filter(Boolean).join(', ')
}

function text(value: unknown): string {
  if (value === null || value === undefined) return ''
  if (typeof value !== 'object') return String(value)
  const entry = value as Record<string, unknown>
  const main = entry.full ?? entry.address ?? entry.number ?? entry.note ?? entry.name ?? entry.uri
  if (typeof main === 'string') return main
  if ('month' in entry || 'year' in entry) return dateText(entry)
  return Object.values(entry).map(text).filter(Boolean).join(', ')
}

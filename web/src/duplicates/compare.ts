/* Two cards side by side: which rows agree, which add up, which contradict each other, and what the choices make of them. */
import type { Card, Choice, Choices } from '../api/types'
import { nameOf, sectionsOf } from '../card/fields'

export interface CompareRow {
  key: string
  title: string
  a: string[]
  b: string[]
  kind: 'same' | 'sum' | 'clash'
  both: boolean         /* may "both" be chosen? */
}

const SINGLE = new Set(['name', 'anniversaries', 'speakToAs'])
/* Where two different values usually mean two values, not a contradiction. */
const ADDING = new Set(['emails', 'phones', 'addresses', 'onlineServices', 'links', 'nicknames', 'notes', 'keywords', 'relatedTo', 'personalInfo'])

const norm = (map: string, text: string) => (map === 'phones' ? text.replace(/\D/g, '').replace(/^0+/, '') : text.normalize('NFKC').toLowerCase().replace(/\s+/g, ' ').trim())

export function compare(a: Card, b: Card): CompareRow[] {
  const left = linesOf(a)
  const right = linesOf(b)
  const keys = [...new Set([...left.keys(), ...right.keys()])]
  const rows = keys.map(key => rowOf(key, left.get(key), right.get(key)))
  const rank = { clash: 0, sum: 1, same: 2 }
  return rows.sort((x, y) => rank[x.kind] - rank[y.kind])
}

interface Lines { title: string; texts: string[] }

function linesOf(card: Card): Map<string, Lines> {
  const lines = new Map<string, Lines>([['name', { title: 'Name', texts: [nameOf(card)].filter(Boolean) }]])
  for (const section of sectionsOf(card)) lines.set(section.map, { title: section.title, texts: section.lines.map(line => line.text) })
  const tags = Object.keys(card.keywords ?? {})
  if (tags.length) lines.set('keywords', { title: 'Tags', texts: tags })
  const photo = Object.values(card.media ?? {}).some(entry => entry.kind === 'photo')
  if (photo) lines.set('media', { title: 'Photo', texts: ['has a photo'] })
  return lines
}

function rowOf(key: string, a: Lines | undefined, b: Lines | undefined): CompareRow {
  const row = { key, title: (a ?? b)!.title, a: a?.texts ?? [], b: b?.texts ?? [], both: !SINGLE.has(key) }
  const left = row.a.map(text => norm(key, text)).sort().join('\n')
  const right = row.b.map(text => norm(key, text)).sort().join('\n')
  const clash = left !== right && left && right && !ADDING.has(key)
  return { ...row, kind: left === right ? 'same' : clash ? 'clash' : 'sum' }
}

/* What one row of the merged card says: the choice, or what the server suggests, or both together. */
export function resultOf(row: CompareRow, choice: Choice | undefined, suggested: Card | null): string[] {
  if (choice === 'a') return row.a
  if (choice === 'b') return row.b
  const proposed = suggested && !choice ? linesOf(suggested).get(row.key)?.texts : undefined
  return proposed ?? union(row)
}

function union(row: CompareRow): string[] {
  if (!row.both) return row.a.length ? row.a : row.b
  const known = new Set(row.a.map(text => norm(row.key, text)))
  return [...row.a, ...row.b.filter(text => !known.has(norm(row.key, text)))]
}

/* The side a row takes without a choice: what is ticked at first. */
export function defaultChoice(row: CompareRow, suggested: Card | null): Choice {
  const proposed = resultOf(row, undefined, suggested).map(text => norm(row.key, text)).sort().join('\n')
  const side = (texts: string[]) => texts.map(text => norm(row.key, text)).sort().join('\n')
  if (proposed === side(row.a)) return 'a'
  return proposed === side(row.b) ? 'b' : row.both ? 'both' : 'a'
}

export const onlyReal = (choices: Choices): Choices => Object.fromEntries(Object.entries(choices).filter(([, choice]) => choice))

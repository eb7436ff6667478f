/* A card as a form, and back: only what was changed becomes a PatchObject (RFC 8620), so nothing else is touched. */
import type { Address, Card, CardName, NameComponent, Patch, PartialDate } from '../api/types'
import { addressPart, dateText } from './fields'
import { labelOf, withLabel } from './labels'

export const NAME_PARTS = [['title', 'Prefix'], ['given', 'First name'], ['given2', 'Middle'], ['surname', 'Last name'], ['credential', 'Suffix']] as const
export const ADDRESS_PARTS = [['street', 'Street'], ['postcode', 'Postcode'], ['locality', 'City'], ['region', 'Region'], ['country', 'Country']] as const

/* The maps a form edits, by frequency; `member` holds the value. */
export const EDITED = [
  { map: 'phones', member: 'number', title: 'Phone', labelled: true },
  { map: 'emails', member: 'address', title: 'E-mail', labelled: true },
  { map: 'organizations', member: 'name', title: 'Organisation', labelled: false },
  { map: 'titles', member: 'name', title: 'Title', labelled: false },
  { map: 'addresses', member: '', title: 'Address', labelled: true },
  { map: 'links', member: 'uri', title: 'Web', labelled: true },
  { map: 'anniversaries', member: 'date', title: 'Birthday', labelled: false },
  { map: 'nicknames', member: 'name', title: 'Nickname', labelled: false },
  { map: 'notes', member: 'note', title: 'Note', labelled: false },
] as const
export type EditedMap = (typeof EDITED)[number]['map']

export interface DraftEntry { id: string; value: string; label: string; parts: Record<string, string> }
export interface Draft { full: string; name: Record<string, string>; maps: Record<EditedMap, DraftEntry[]>; tags: string[]; photo?: string }

type Entry = Record<string, unknown>
const entriesOf = (card: Card, map: string) => (card[map] ?? {}) as Record<string, Entry>

export function draftOf(card: Card): Draft {
  const parts = Object.fromEntries(NAME_PARTS.map(([kind]) => [kind, namePart(card.name, kind)]))
  const maps = Object.fromEntries(EDITED.map(({ map, member }) =>
    [map, Object.entries(entriesOf(card, map)).map(([id, entry]) => draftEntry(id, entry, member))])) as Draft['maps']
  return { full: card.name?.full ?? '', name: parts, maps, tags: Object.keys(card.keywords ?? {}) }
}

function draftEntry(id: string, entry: Entry, member: string): DraftEntry {
  const value = member === 'date' ? dateText(entry.date as PartialDate) : member ? String(entry[member] ?? '') : ''
  return { id, value, label: labelOf(entry), parts: member ? {} : addressParts(entry as Address) }
}

const STREET = ['name', 'number', 'apartment', 'postOfficeBox']
const kindsOf = (part: string) => (part === 'street' ? STREET : [part])

function addressParts(address: Address): Record<string, string> {
  const parts = Object.fromEntries(ADDRESS_PARTS.map(([part]) => [part, addressPart(address, ...kindsOf(part))]))
  if (!address.components?.length && address.full) parts.street = address.full
  return parts
}

function namePart(name: CardName | undefined, kind: string): string {
  return (name?.components ?? []).filter(part => part.kind === kind).map(part => part.value).join(' ')
}

export function emptyEntry(map: string, taken: string[]): DraftEntry {
  let n = taken.length + 1
  while (taken.includes(`${map[0]}${n}`)) n++
  return { id: `${map[0]}${n}`, value: '', label: '', parts: {} }
}

export function patchOf(card: Card, draft: Draft): Patch {
  const before = draftOf(card)
  const patch: Patch = {}
  const name = patchedName(card.name, before, draft)
  if (name !== undefined) patch.name = name
  for (const { map, member } of EDITED) patchMap(patch, card, map, member, before.maps[map], draft.maps[map])
  patchTags(patch, before.tags, draft.tags, !!card.keywords)
  if (draft.photo) patchPhoto(patch, card, draft.photo)
  return patch
}

function patchedName(name: CardName | undefined, before: Draft, draft: Draft): CardName | null | undefined {
  const changed = NAME_PARTS.filter(([kind]) => before.name[kind] !== draft.name[kind]).map(([kind]) => kind as string)
  if (!changed.length && before.full === draft.full) return undefined
  let components = name?.components ?? []
  for (const kind of changed) components = replaced(components, [kind], kind, draft.name[kind]!.trim())
  const full = before.full === draft.full && changed.length
    ? NAME_PARTS.map(([kind]) => draft.name[kind]!.trim()).filter(Boolean).join(' ')
    : draft.full.trim()
  if (!full && !components.length) return null
  const next: CardName = { ...name, ...(components.length && { components }) }
  if (full) next.full = full
  else delete next.full
  return next
}

/* The components with all of `kinds` replaced by one `kind`, in the place of the first. */
function replaced(components: NameComponent[], kinds: readonly string[], kind: string, value: string): NameComponent[] {
  const at = components.findIndex(part => kinds.includes(part.kind))
  const rest = components.filter(part => !kinds.includes(part.kind))
  if (value) rest.splice(at < 0 ? rest.length : at, 0, { kind, value })
  return rest
}

function patchMap(patch: Patch, card: Card, map: string, member: string, before: DraftEntry[], after: DraftEntry[]) {
  const kept = after.filter(entry => entry.value.trim() || Object.values(entry.parts).some(part => part.trim()))
  const had = entriesOf(card, map)
  const fresh: Record<string, Entry> = {}
  for (const entry of kept) {
    const old = before.find(one => one.id === entry.id)
    if (!old) fresh[entry.id] = entryOf(map, member, entry)
    else if (JSON.stringify(old) !== JSON.stringify(entry))
      diffEntry(patch, `${map}/${pointer(entry.id)}`, had[entry.id]!, changedEntry(had[entry.id]!, member, old, entry))
  }
  for (const { id } of before) if (!kept.some(entry => entry.id === id)) patch[`${map}/${pointer(id)}`] = null
  if (!Object.keys(fresh).length) return
  if (!card[map]) patch[map] = fresh
  else for (const [id, entry] of Object.entries(fresh)) patch[`${map}/${pointer(id)}`] = entry
}

function entryOf(map: string, member: string, draft: DraftEntry): Entry {
  const blank: Entry = map === 'anniversaries' ? { kind: 'birth' } : member ? { [member]: '' } : {}
  return changedEntry(blank, member, { ...draft, value: '', label: '', parts: {} }, draft)
}

function changedEntry(entry: Entry, member: string, old: DraftEntry, draft: DraftEntry): Entry {
  let next: Entry = { ...entry }
  if (member === 'date') { if (old.value !== draft.value) next.date = dateOf(draft.value, entry.date as PartialDate) }
  else if (member) { if (old.value !== draft.value) next[member] = draft.value.trim() }
  else next = withAddress(next as Address, old.parts, draft.parts) as Entry
  return old.label === draft.label ? next : (withLabel(next, draft.label) as Entry)
}

function withAddress(address: Address, old: Record<string, string>, parts: Record<string, string>): Address {
  const changed = ADDRESS_PARTS.filter(([part]) => (old[part] ?? '') !== (parts[part] ?? ''))
  if (!changed.length) return address
  let components = address.components ?? []
  if (!components.length && parts.street) components = [{ kind: 'name', value: parts.street }]
  for (const [part] of changed) components = replaced(components, kindsOf(part), part === 'street' ? 'name' : part, (parts[part] ?? '').trim())
  const next: Address = { ...address, components }
  delete next.full
  if (changed.some(([part]) => part === 'country')) delete next.countryCode
  return next
}

export function dateOf(text: string, old?: PartialDate): PartialDate {
  const found = /^(\d{4}|-)(?:-(\d{1,2}))?(?:-(\d{1,2}))?$/.exec(text.trim())
  if (!found) return old ?? {}
  const [, year, month, day] = found
  return { ...(year !== '-' && { year: Number(year) }), ...(month && { month: Number(month) }), ...(day && { day: Number(day) }) }
}

export const isDate = (text: string) => !text.trim() || /^(\d{4}(-\d{1,2}(-\d{1,2})?)?|--\d{1,2}-\d{1,2})$/.test(text.trim())

function diffEntry(patch: Patch, at: string, before: Entry, after: Entry) {
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)]))
    if (JSON.stringify(before[key]) !== JSON.stringify(after[key])) patch[`${at}/${pointer(key)}`] = after[key] ?? null
}

function patchTags(patch: Patch, before: string[], after: string[], hadAny: boolean) {
  const added = after.filter(tag => !before.includes(tag))
  if (!hadAny && added.length) patch.keywords = Object.fromEntries(added.map(tag => [tag, true]))
  else for (const tag of added) patch[`keywords/${pointer(tag)}`] = true
  for (const tag of before) if (!after.includes(tag)) patch[`keywords/${pointer(tag)}`] = null
}

function patchPhoto(patch: Patch, card: Card, uri: string) {
  const photo = { kind: 'photo', uri, mediaType: 'image/jpeg' }
  const old = Object.entries(card.media ?? {}).find(([, entry]) => entry.kind === 'photo')?.[0]
  if (!card.media) patch.media = { photo1: photo }
  else patch[`media/${pointer(old ?? 'photo1')}`] = photo
}

const pointer = (name: string) => name.replace(/~/g, '~0').replace(/\//g, '~1')

/* A new card from a form. */
export function cardOf(draft: Draft): Partial<Card> {
  const patch = patchOf({ uid: '' }, draft)
  return { '@type': 'Card', version: '1.0', ...patch } as unknown as Partial<Card>
}

/* The members of a card in the order people look for them, and how one entry is written out. */
import type { Address, Anniversary, Card, PartialDate } from '../api/types'
import type { IconName } from '../ui/icon'
import { labelOf } from './labels'

export interface Line { map: string; id: string; label: string; text: string; href?: string; entry: unknown }
export interface Section { map: string; title: string; icon: IconName; lines: Line[] }

type Entry = Record<string, any>   // eslint-disable-line -- JSContact entries differ by map; each writer below knows its own

interface Kind {
  map: string
  title: string
  icon: IconName
  text: (entry: Entry) => string
  href?: (entry: Entry) => string | undefined
  label?: (entry: Entry, id: string) => string
}

const web = (uri: unknown) => (typeof uri === 'string' && /^https?:\/\//i.test(uri) ? uri : undefined)
const word = (text: unknown) => (typeof text === 'string' ? text.charAt(0).toUpperCase() + text.slice(1) : '')

const KINDS: Kind[] = [
  { map: 'phones', title: 'Phone', icon: 'phone', text: e => e.number, href: e => `tel:${String(e.number).replace(/[^\d+*#,;]/g, '')}` },
  { map: 'emails', title: 'E-mail', icon: 'mail', text: e => e.address, href: e => `mailto:${encodeURIComponent(e.address).replace(/%40/g, '@')}` },
  { map: 'organizations', title: 'Organisation', icon: 'building', text: e => [e.name, ...(e.units ?? []).map((u: Entry) => u.name)].filter(Boolean).join(' · ') },
  { map: 'titles', title: 'Role', icon: 'briefcase', text: e => e.name, label: e => (e.kind === 'role' ? 'Role' : 'Title') },
  { map: 'addresses', title: 'Address', icon: 'place', text: e => addressText(e as Address), href: e => `https://www.openstreetmap.org/search?query=${encodeURIComponent(addressText(e as Address).replace(/\n/g, ', '))}` },
  { map: 'onlineServices', title: 'Online', icon: 'chat', text: e => e.user ?? e.uri ?? '', href: e => web(e.uri), label: e => labelOf(e) || e.service || '' },
  { map: 'links', title: 'Web', icon: 'link', text: e => e.uri ?? '', href: e => web(e.uri) },
  { map: 'anniversaries', title: 'Dates', icon: 'cake', text: e => dateText((e as Anniversary).date), label: e => e.label || ({ birth: 'Birthday', death: 'Died', wedding: 'Anniversary' } as Entry)[e.kind] || word(e.kind) },
  { map: 'nicknames', title: 'Nickname', icon: 'person', text: e => e.name },
  { map: 'relatedTo', title: 'Related', icon: 'people', text: e => e.$id, label: e => Object.keys(e.relation ?? {}).map(word).join(', ') },
  { map: 'personalInfo', title: 'About', icon: 'spark', text: e => [e.value, e.level].filter(Boolean).join(' · '), label: e => e.label || word(e.kind) },
  { map: 'preferredLanguages', title: 'Languages', icon: 'chat', text: e => languageText(e.language) },
  { map: 'schedulingAddresses', title: 'Scheduling', icon: 'clock', text: e => e.uri ?? '' },
  { map: 'calendars', title: 'Calendar', icon: 'clock', text: e => e.uri ?? '', href: e => web(e.uri) },
  { map: 'directories', title: 'Directory', icon: 'link', text: e => e.uri ?? '', href: e => web(e.uri) },
  { map: 'cryptoKeys', title: 'Key', icon: 'key', text: e => shortened(e.uri ?? e.mediaType ?? '') },
  { map: 'notes', title: 'Note', icon: 'note', text: e => e.note },
]

const SHOWN_ELSEWHERE = new Set(['@type', 'version', 'uid', 'kind', 'name', 'media', 'keywords', 'vCardProps', 'created', 'updated', 'prodId', 'language', 'vCardParams'])

export function sectionsOf(card: Card): Section[] {
  return KINDS.flatMap(kind => {
    const entries = card[kind.map]
    if (!entries || typeof entries !== 'object') return []
    const lines = Object.entries(entries as Record<string, Entry>).map(([id, value]) => lineOf(kind, id, { ...value, $id: id })).filter(line => line.text)
    return lines.length ? [{ map: kind.map, title: kind.title, icon: kind.icon, lines }] : []
  })
}

function lineOf(kind: Kind, id: string, entry: Entry): Line {
  const href = kind.href?.(entry)
  return { map: kind.map, id, label: kind.label?.(entry, id) ?? labelOf(entry), text: String(kind.text(entry) ?? ''), entry, ...(href && { href }) }
}

/* What no screen knows: vCard properties without a place in JSContact, and members of other makers.  Never out of sight. */
export function unknownOf(card: Card): { name: string; text: string }[] {
  const props = (card.vCardProps ?? []).map(([name, , , ...values]) => ({ name: name.toUpperCase(), text: values.map(plain).join('; ') }))
  const known = new Set([...SHOWN_ELSEWHERE, ...KINDS.map(kind => kind.map)])
  const members = Object.entries(card).filter(([name]) => !known.has(name)).map(([name, value]) => ({ name, text: plain(value) }))
  return [...props, ...members]
}

const plain = (value: unknown) => shortened(typeof value === 'string' ? value : JSON.stringify(value))
const shortened = (text: string) => (text.length > 400 ? `${text.slice(0, 400)} …` : text)

export function addressPart(address: Address, ...kinds: string[]): string {
  return (address.components ?? []).filter(part => kinds.includes(part.kind)).map(part => part.value).filter(Boolean).join(' ')
}

export function addressText(address: Address): string {
  if (address.full) return address.full
  const street = addressPart(address, 'name', 'number', 'apartment', 'room', 'floor', 'building', 'block', 'subdistrict', 'district', 'postOfficeBox', 'direction', 'landmark')
  const town = [addressPart(address, 'postcode'), addressPart(address, 'locality')].filter(Boolean).join(' ')
  return [street, town, addressPart(address, 'region'), countryText(addressPart(address, 'country') || address.countryCode)].filter(Boolean).join('\n')
}

function countryText(country: string | undefined): string | undefined {
  if (!country || !/^[A-Z]{2}$/.test(country)) return country
  try { return new Intl.DisplayNames(undefined, { type: 'region' }).of(country) } catch { return country }
}

const two = (n: number) => String(n).padStart(2, '0')

/* The form dates are edited in: 1980-05-17, 1980, or --05-17 without a year. */
export function dateText(date: PartialDate | undefined): string {
  if (!date) return ''
  if (date.utc) return date.utc.slice(0, 10)
  const { year, month, day } = date
  if (!month) return year ? String(year) : ''
  return `${year ? String(year).padStart(4, '0') : '-'}-${two(month)}${day ? `-${two(day)}` : ''}`
}

function languageText(code: unknown): string {
  if (typeof code !== 'string') return ''
  try { return new Intl.DisplayNames(undefined, { type: 'language' }).of(code) ?? code } catch { return code }
}

export function nameOf(card: Card): string {
  const components = card.name?.components ?? []
  return card.name?.full || components.filter(part => part.kind !== 'separator').map(part => part.value).join(' ')
}

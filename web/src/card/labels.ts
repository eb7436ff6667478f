/* JSContact keeps the kind of an entry as contexts, features or a free label; people see and write one word. */
import type { Labelled, Phone } from '../api/types'

const CONTEXTS: [string, string][] = [['work', 'Work'], ['private', 'Home'], ['billing', 'Billing'], ['delivery', 'Delivery']]
const FEATURES: [string, string][] = [['mobile', 'Mobile'], ['fax', 'Fax'], ['pager', 'Pager'], ['main-number', 'Main'], ['textphone', 'Text phone'], ['video', 'Video']]

type Entry = Labelled & Pick<Phone, 'features'>

export function labelOf(entry: Entry): string {
  if (entry.label) return entry.label
  const feature = FEATURES.filter(([key]) => entry.features?.[key]).map(([, text]) => text)
  const context = CONTEXTS.filter(([key]) => entry.contexts?.[key]).map(([, text]) => text)
  return [...feature, ...context].join(', ')
}

/* The entry with the word put back where it belongs: a known word as context or feature, any other as label. */
export function withLabel<T extends Entry>(entry: T, text: string): T {
  if (text.trim() === labelOf(entry)) return entry
  const next = { ...entry }
  delete next.label
  const contexts = without(entry.contexts, CONTEXTS)
  const features = without(entry.features, FEATURES)
  for (const word of text.split(',').map(part => part.trim()).filter(Boolean)) {
    const context = keyOf(CONTEXTS, word)
    const feature = keyOf(FEATURES, word)
    if (context) contexts[context] = true
    else if (feature && 'number' in entry) features[feature] = true
    else next.label = next.label ? `${next.label}, ${word}` : word
  }
  put(next, 'contexts', contexts)
  put(next, 'features', features)
  return next
}

export const suggestions = (map: string) => [...(map === 'phones' ? FEATURES.slice(0, 3) : []), ...CONTEXTS.slice(0, 2)].map(([, text]) => text)

function keyOf(table: [string, string][], word: string) {
  return table.find(([key, text]) => text.toLowerCase() === word.toLowerCase() || key === word.toLowerCase())?.[0]
}

function without(set: Record<string, boolean> | undefined, table: [string, string][]) {
  return Object.fromEntries(Object.entries(set ?? {}).filter(([key]) => !table.some(([known]) => known === key)))
}

function put(entry: Entry, name: 'contexts' | 'features', set: Record<string, boolean>) {
  if (Object.keys(set).length) entry[name] = set
  else delete entry[name]
}

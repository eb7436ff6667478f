/* What the list can be narrowed to: the whole book, tags, sources, countries, the trash. */
import { useState } from 'react'
import { useStats, useTags } from '../api/queries'
import type { CardFilter } from '../api/types'
import { number } from '../lib/format'
import { Icon, type IconName } from '../ui/icon'

const SHOWN = 8

interface Entry { key: string; text: string; count: number }

export function Facets({ filter, onChange }: { filter: CardFilter; onChange: (next: Partial<CardFilter>) => void }) {
  const stats = useStats().data
  const tags = useTags().data?.items ?? []
  const none: Partial<CardFilter> = { tag: '', source: '', country: '' }
  const plain = !filter.tag && !filter.source && !filter.country && filter.state !== 'trash'
  return (
    <nav className="facets" aria-label="Filters">
      <button type="button" aria-pressed={plain} onClick={() => onChange({ ...none, state: 'live' })}>
        <Icon name="people" /><span>All contacts</span><i className="num">{stats && number(stats.cards)}</i>
      </button>
      <button type="button" aria-pressed={filter.state === 'trash'} onClick={() => onChange({ ...none, state: 'trash' })}>
        <Icon name="trash" /><span>Trash</span><i className="num">{stats && number(stats.trash)}</i>
      </button>
      <Group title="Tags" icon="tag" value={filter.tag} entries={tags.map(tag => ({ key: tag.tag, text: tag.tag, count: tag.count }))}
        onPick={tag => onChange({ tag, state: 'live' })} />
      <Group title="Sources" icon="import" value={filter.source} entries={(stats?.sources ?? []).map(s => ({ key: s.id, text: s.name, count: s.count }))}
        onPick={source => onChange({ source, state: 'live' })} />
      <Group title="Countries" icon="place" value={filter.country} entries={(stats?.countries ?? []).map(c => ({ key: c.code, text: c.name || c.code, count: c.count }))}
        onPick={country => onChange({ country, state: 'live' })} />
    </nav>
  )
}

function Group({ title, icon, value, entries, onPick }:
  { title: string; icon: IconName; value: string | undefined; entries: Entry[]; onPick: (key: string) => void }) {
  const [all, setAll] = useState(false)
  const some = entries.filter(entry => entry.count > 0 || entry.key === value)
  const shown = all ? some : some.slice(0, SHOWN)
  if (!some.length) return null
  return (
    <section>
      <h3>{title}</h3>
      {shown.map(entry => (
        <button key={entry.key} type="button" aria-pressed={entry.key === value} onClick={() => onPick(entry.key === value ? '' : entry.key)}>
          <Icon name={icon} /><span className="clip" dir="auto">{entry.text}</span><i className="num">{number(entry.count)}</i>
        </button>
      ))}
      {some.length > SHOWN && <button type="button" className="more" onClick={() => setAll(!all)}>{all ? 'Fewer' : `${some.length - SHOWN} more`}</button>}
    </section>
  )
}

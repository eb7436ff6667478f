/* What happened to the card, newest first, field by field, with the way back. */
import { useQuery } from '@tanstack/react-query'
import { cards as calls } from '../api/calls'
import { useRefresh } from '../api/queries'
import type { CardDetail, Change, Json, Version } from '../api/types'
import { ago, momentOf } from '../lib/format'
import { Bone, Fault } from '../ui/parts'
import { useToast } from '../ui/toast'

const OPS: Record<string, string> = {
  create: 'Added', import: 'Imported', update: 'Changed', edit: 'Changed', patch: 'Changed', merge: 'Merged', unmerge: 'Merge undone', delete: 'Moved to the trash',
  trash: 'Moved to the trash', restore: 'Restored', undo: 'Undone', enrich: 'Enriched', fact: 'Enriched', tag: 'Tagged', untag: 'Untagged',
}

/* An actor is written kind:id. */
const ACTORS: Record<string, string> = { user: 'you', token: 'a program', import: 'an import', merge: 'a merge', rule: 'Kith', undo: 'an undo', system: 'Kith' }
export const actorText = (actor: string) => ACTORS[actor.split(':')[0] ?? ''] ?? actor

export function CardHistory({ detail }: { detail: CardDetail }) {
  const toast = useToast()
  const refresh = useRefresh()
  const query = useQuery({ queryKey: ['history', detail.id], queryFn: () => calls.history(detail.id) })
  if (query.isPending) return <div className="panel stack"><Bone width="60%" /><Bone width="40%" /></div>
  if (query.isError) return <Fault error={query.error} retry={() => void query.refetch()} />

  const restore = async (version: Version) => {
    try {
      await calls.restore(detail.id, version.seq)
      await refresh()
      toast.show('Restored to that moment', async () => { await calls.restore(detail.id, detail.seq); await refresh() })
    } catch (error) { toast.fault(error) }
  }
  return (
    <ol className="timeline">
      {query.data.items.map(version => (
        <li key={version.seq}>
          <div className="spread">
            <p><b>{OPS[version.op] ?? version.op}</b> <span className="muted">by {actorText(version.actor)}</span> <time className="faint" dateTime={version.at} title={momentOf(version.at)}>{ago(version.at)}</time></p>
            {version.seq !== detail.seq && <button type="button" className="btn small ghost" onClick={() => restore(version)}>Restore</button>}
          </div>
          {version.why && <p className="small muted">{version.why}</p>}
          {version.changes.length > 0 && <ul className="changes">{version.changes.map((change, i) => <ChangeLine key={i} change={change} />)}</ul>}
        </li>
      ))}
    </ol>
  )
}

/* Properties without a place in JSContact come as jCard: their names say enough here. */
function propertyNames(text: string): string {
  try { return (JSON.parse(text) as [string][]).map(([name]) => name.toUpperCase()).join(', ') } catch { return text }
}

export const said = (value: Json): string => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'string') return value.startsWith('[[') ? propertyNames(value) : value
  if (typeof value !== 'object') return String(value)
  return Array.isArray(value) ? value.map(said).join(', ') : Object.values(value).map(said).filter(Boolean).join(' · ')
}

function ChangeLine({ change }: { change: Change }) {
  const before = said(change.before)
  const after = said(change.after)
  return (
    <li>
      <span className="faint">{change.label}</span>
      <span dir="auto">{before && <del>{before}</del>}{before && after ? ' ' : ''}{after && <ins>{after}</ins>}</span>
    </li>
  )
}

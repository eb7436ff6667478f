/* What was merged, newest first; each with its way back. */
import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import { duplicates as calls } from '../api/calls'
import { useRefresh } from '../api/queries'
import type { Merge, Named } from '../api/types'
import { actorText } from '../card/card-history'
import { ago } from '../lib/format'
import { Bone, Empty, Fault } from '../ui/parts'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'
import { ArtTwins } from './art'

const textOf = (card: Named) => card.name || 'a card that is gone'

export function Merges() {
  const toast = useToast()
  const refresh = useRefresh()
  const query = useQuery({ queryKey: ['merges'], queryFn: calls.merges })
  if (query.isPending) return <div className="panel stack"><Bone width="60%" /><Bone width="50%" /></div>
  if (query.isError) return <Fault error={query.error} retry={() => void query.refetch()} />
  if (!query.data.items.length) return <Empty art={<ArtTwins />} title="Nothing merged yet">Merges stand here, each with its Undo.</Empty>
  const undo = async (merge: Merge) => {
    try { await calls.undo(merge.id); await refresh(); toast.show('Two cards again') } catch (error) { toast.fault(error) }
  }
  return (
    <ul className="panel merges">
      {query.data.items.map(merge => (
        <li key={merge.id} data-undone={!!merge.undone || undefined}>
          <Icon name="twins" />
          <span className="grow"><Link href={`/contacts/${merge.winner.id}`} dir="auto">{textOf(merge.winner)}</Link> <span className="muted">took in</span> <bdi>{textOf(merge.loser)}</bdi></span>
          <span className="small faint nowrap">{ago(merge.at)} by {actorText(merge.actor)}</span>
          {merge.undone ? <span className="chip">undone</span> : <button type="button" className="btn small ghost" onClick={() => undo(merge)}><Icon name="undo" />Undo</button>}
        </li>
      ))}
    </ul>
  )
}

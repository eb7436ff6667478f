/* The card exactly as each source gave it. */
import type { CardSource } from '../api/types'
import { Bone, Empty, Fault } from '../ui/parts'
import { useOriginals } from './card-view'

export function CardOriginals({ id, sources }: { id: string; sources: CardSource[] }) {
  const query = useOriginals(id)
  if (query.isPending) return <div className="panel stack"><Bone width="60%" /><Bone width="80%" /><Bone width="50%" /></div>
  if (query.isError) return <Fault error={query.error} retry={() => void query.refetch()} />
  if (!query.data.length) return <Empty title="Made here">This card did not come from a file, so there is no original.</Empty>
  const name = (source: string) => sources.find(one => one.source === source)?.name ?? source
  return (
    <div className="stack">
      {query.data.map((original, i) => (
        <section className="panel original" key={i}>
          <h2 className="spread"><span>{name(original.source)}</span><span className="chip">{original.format}</span></h2>
          <pre tabIndex={0}>{original.text}</pre>
        </section>
      ))}
    </div>
  )
}

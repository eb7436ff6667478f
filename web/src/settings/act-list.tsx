/* A paged audit log: a person's own, or with whose it is for operators. */
import { useInfiniteQuery } from '@tanstack/react-query'
import type { AuditEntry, Page } from '../api/types'
import { momentOf } from '../lib/format'
import { Fault } from '../ui/parts'
import { actOf, isAlarming, whereOf } from './acts'
import './acts.css'

export function ActList({ name, ask }: { name: unknown[]; ask: (cursor: string) => Promise<Page<AuditEntry>> }) {
  const query = useInfiniteQuery({ queryKey: ['audit', ...name], queryFn: ({ pageParam }) => ask(pageParam), initialPageParam: '', getNextPageParam: page => page.next ?? undefined })
  const entries = query.data?.pages.flatMap(page => page.items) ?? []
  return (
    <>
      {query.isError && <Fault error={query.error} retry={() => void query.refetch()} />}
      <ol className="acts">
        {entries.map(entry => <Entry key={entry.id} entry={entry} />)}
        {query.isSuccess && entries.length === 0 && !query.hasNextPage && <li className="small muted">Nothing was noted.</li>}
      </ol>
      {query.hasNextPage && <div><button type="button" className="btn" disabled={query.isFetching} onClick={() => void query.fetchNextPage()}>Show earlier</button></div>}
    </>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const where = whereOf(entry)
  return (
    <li>
      <time className="small muted num" dateTime={entry.last}>{momentOf(entry.last)}</time>
      <div className="grow">
        <b className={isAlarming(entry.what) ? 'alarming' : undefined}>{actOf(entry)}</b>
        {entry.detail && <> <span>{entry.detail}</span></>}
        {entry.times > 1 && <> <span className="chip">{entry.times} times</span></>}
        <p className="small muted">{[entry.email, where].filter(Boolean).join(' · ')}</p>
      </div>
    </li>
  )
}

/* The review queue: one pair per screen, evidence first, three answers. */
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Link, useSearch } from 'wouter'
import { cards, duplicates as calls } from '../api/calls'
import { useRefresh } from '../api/queries'
import type { Choices, Page, Pair } from '../api/types'
import { number, plural } from '../lib/format'
import { useHotkeys } from '../lib/hotkeys'
import { Bar, Bone, Empty, Fault } from '../ui/parts'
import { Icon } from '../ui/icon'
import { useToast } from '../ui/toast'
import { ArtTwins } from './art'
import { Evidence } from './evidence'
import { Merges } from './merges'
import { MergeAll } from './merge-all'
import { PairView } from './pair-view'
import './duplicates.css'

export function Duplicates({ view }: { view: 'queue' | 'merged' }) {
  return (
    <div className="page duplicates">
      <header className="page-head">
        <div><h1>Duplicates</h1><p className="muted">Two entries, perhaps one person. Every merge can be undone.</p></div>
        <nav className="segments" aria-label="Views">
          <Link href="/duplicates" className={view === 'queue' ? 'on' : ''}>To review</Link>
          <Link href="/duplicates/merged" className={view === 'merged' ? 'on' : ''}>Merged</Link>
        </nav>
      </header>
      {view === 'queue' ? <Queue /> : <Merges />}
    </div>
  )
}

/* Pairs of one card when the URL names it, otherwise all. */
function usePairs(card: string | null) {
  return useInfiniteQuery({
    queryKey: ['pairs', 'queue', card],
    initialPageParam: '',
    queryFn: async ({ pageParam }): Promise<Page<Pair>> => (card ? { items: await cards.duplicates(card) } : calls.list(pageParam)),
    getNextPageParam: page => page.next || undefined,
  })
}

function Queue() {
  const card = new URLSearchParams(useSearch()).get('card')
  const query = usePairs(card)
  const toast = useToast()
  const refresh = useRefresh()
  const [later, setLater] = useState<ReadonlySet<string>>(new Set())
  const [answered, setAnswered] = useState<ReadonlySet<string>>(new Set())
  const [choices, setChoices] = useState<Choices>({})
  const busy = useRef(false)

  const all = (query.data?.pages ?? []).flatMap(page => page.items)
  const waiting = all.filter(pair => !later.has(pair.id) && !answered.has(pair.id))
  const pair = waiting[0]
  const known = query.data?.pages[0]?.total
  const left = Math.max(waiting.length, (known ?? all.length) - [...answered].filter(id => all.some(one => one.id === id)).length - later.size)
  const { fetchNextPage, hasNextPage } = query
  useEffect(() => { if (waiting.length < 3 && hasNextPage) void fetchNextPage() }, [waiting.length, hasNextPage, fetchNextPage])
  useEffect(() => setChoices({}), [pair?.id])

  const answer = async (run: (pair: Pair) => Promise<() => Promise<unknown>>, text: string) => {
    if (!pair || busy.current) return
    busy.current = true
    const { id } = pair
    setAnswered(now => new Set(now).add(id))
    const reopen = () => setAnswered(now => new Set([...now].filter(one => one !== id)))
    try {
      const undo = await run(pair)
      toast.show(text, async () => { await undo(); reopen(); await refresh() })
      void refresh()
    } catch (error) {
      toast.fault(error)
      reopen()
    } finally { busy.current = false }
  }
  const merge = () => answer(async one => {
    const done = await calls.merge(one.id, choices)
    return () => calls.undo(done.merge).then(() => calls.reopen(one.id).catch(() => null))
  }, 'Merged into one card')
  const different = () => answer(async one => { await calls.different(one.id); return () => calls.reopen(one.id) }, 'Kith will not ask again')
  const postpone = () => { if (pair) setLater(now => new Set(now).add(pair.id)) }
  useHotkeys({ m: () => void merge(), n: () => void different(), l: postpone }, !!pair)

  if (query.isPending) return <Waiting />
  if (query.isError) return <Fault error={query.error} retry={() => void query.refetch()} />
  if (!pair) return <AllDone postponed={later.size} onAgain={() => setLater(new Set())} />
  return (
    <div className="stack">
      <div className="queue-head">
        <p className="small muted num">{number(left)} to review</p>
        <Bar share={answered.size / Math.max(1, answered.size + left)} label="Reviewed" />
        {!card && <MergeAll />}
      </div>
      <article className="pair panel" key={pair.id} aria-label={`Are these one person? ${pair.certainty}`}>
        <Evidence pair={pair} />
        <PairView a={pair.a} b={pair.b} suggested={pair.suggested} choices={choices} onChoose={setChoices} />
        <footer className="answers">
          <button type="button" className="btn large" onClick={different}>Not the same <kbd>n</kbd></button>
          <button type="button" className="btn large ghost" onClick={postpone}>Later <kbd>l</kbd></button>
          <button type="button" className="btn large primary" onClick={merge}><Icon name="twins" />Merge <kbd>m</kbd></button>
        </footer>
      </article>
    </div>
  )
}

function AllDone({ postponed, onAgain }: { postponed: number; onAgain: () => void }) {
  if (postponed > 0)
    return <Empty art={<ArtTwins />} title="That was the last one" action={<button type="button" className="btn" onClick={onAgain}>Look at {plural(postponed, 'postponed pair')}</button>} />
  return <Empty art={<ArtTwins />} title="No duplicates" action={<Link href="/contacts" className="btn">Back to your contacts</Link>}>Everyone is in your book once. Kith keeps comparing as you add people.</Empty>
}

function Waiting() {
  return <div className="panel stack" aria-busy="true"><Bone width="40%" height="1.2rem" /><Bone width="100%" height="5rem" /><Bone width="100%" height="9rem" /></div>
}

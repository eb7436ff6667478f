/* The whole installation on one page: is all well, what is it doing, what can be done about it. */
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { admin as calls } from '../api/calls'
import type { Fleet } from '../api/fleet'
import { number, plural } from '../lib/format'
import { Bone, Fault, Segments } from '../ui/parts'
import { Accounts, Invitations } from './accounts'
import { Acts } from './acts'
import { Tiles, type Tile } from './charts'
import { Kinds } from './kinds'
import { Launch } from './launch'
import { LogTail } from './log'
import { Answers, Cost, Database, Hosts, Services } from './places'
import { change, fromHistory, fromLive, ofFleet, type Series } from './series'
import { Status } from './status'
import { useFleet } from './use-fleet'
import { age, memory, money, rounded } from './words'
import './console.css'

type Range = 'live' | '1' | '24' | '720'
const RANGES: [Range, string][] = [['live', 'Live'], ['1', 'Hour'], ['24', 'Day'], ['720', 'Month']]
const LIVE_MS = 5 * 60_000
const LIVE_LEAST_MS = 30_000

export function Console() {
  const { fleet, live, log, staleMs, refused } = useFleet()
  const [range, setRange] = useState<Range>('live')
  const hours = range === 'live' ? 0 : Number(range)
  const history = useQuery({ queryKey: ['admin-history', hours], queryFn: () => calls.history(hours), enabled: hours > 0, refetchInterval: 60_000 })
  if (!fleet && refused) return <div className="page console"><Fault error={new Error('The console cannot be shown: the server is busy, or you are no operator any more.')} /></div>
  if (!fleet) return <div className="page console" aria-busy="true"><Bone width="100%" height="5rem" /></div>

  const now = Date.parse(fleet.at)
  const series = hours ? fromHistory(history.data?.items ?? []) : fromLive(live)
  const from = hours ? Date.parse(history.data?.from ?? fleet.at) : Math.max(now - LIVE_MS, Math.min(Date.parse(live[0]?.at ?? fleet.at), now - LIVE_LEAST_MS))
  const gap = hours ? 2.5 * 1000 * (history.data?.step_s ?? 60) : 5000
  return (
    <div className="page console">
      <header className="page-head">
        <h1>Console</h1>
        <Segments label="Time shown" value={range} options={RANGES} onChange={setRange} />
      </header>
      <div className="stack">
        <Status fleet={fleet} staleMs={staleMs} />
        {history.isError && hours > 0 && <Fault error={history.error} retry={() => void history.refetch()} />}
        <Tiles tiles={tilesOf(fleet, series)} from={from} to={now} gap={gap} />
        <Kinds fleet={fleet} />
        <Launch fleet={fleet} />
        <div className="console-grid">
          <Answers fleet={fleet} />
          <Database fleet={fleet} />
          <Hosts fleet={fleet} />
          <Cost fleet={fleet} />
        </div>
        <Services fleet={fleet} />
        <Accounts />
        <Invitations />
        <LogTail log={log} />
        <Acts />
      </div>
    </div>
  )
}

function tilesOf(fleet: Fleet, series: Series): Tile[] {
  const now = ofFleet(fleet)
  const { hour, hour_before: before, today, visitors } = fleet.people
  const against = (name: 'visits' | 'signups') => { const text = change(hour[name], before[name]); return text ? `${text} on yesterday` : `${number(hour[name])} this hour` }
  const late = fleet.kinds.some(kind => !kind.paused && kind.oldest_ms > kind.slo_ms)
  const seconds = (s: number) => age(s * 1000)
  const memoryAll = fleet.hosts.reduce((all, host) => all + host.memory, 0)
  const target = fleet.kinds.reduce((all, kind) => all + kind.target, 0)
  return [
    { name: 'Visits', unit: '/ min', value: rounded(now.visits), note: against('visits'), points: series.visits },
    { name: 'Sign-ups', unit: '/ hour', value: number(hour.signups), note: against('signups'), points: series.signups },
    { name: 'Visitors', unit: 'today', value: number(visitors), note: `${number(today.visits)} pages`, points: series.visitors },
    { name: 'Requests', unit: '/ min', value: rounded(now.requests), note: plural(fleet.people.minute.refused, 'refusal'), points: series.requests },
    { name: 'Slowest 1 %', value: now.p99 ? `${rounded(now.p99)} ms` : '–', note: 'reading, changing', points: series.p99, say: v => `${rounded(v)} ms`, bad: now.p99 > 500 },
    { name: 'Errors', unit: '/ min', value: rounded(now.errors), note: `${number(today.errors)} today`, points: series.errors, bad: now.errors > 0 },
    { name: 'Jobs waiting', value: rounded(now.waiting), note: `${number(now.jobs)} done / min`, points: series.waiting },
    { name: 'Oldest job', value: age(now.oldest * 1000), points: series.oldest, say: seconds, bad: late },
    { name: 'Workers', value: rounded(now.workers), note: `${number(target)} wanted`, points: series.workers },
    { name: 'Contacts', unit: '/ min', value: rounded(now.contacts), note: `${number(today.contacts)} today`, points: series.contacts },
    { name: 'CPU', value: `${Math.round(now.cpu)} %`, note: plural(fleet.hosts.length, 'host'), points: series.cpu, say: v => `${Math.round(v)} %` },
    { name: 'Memory', value: memory(now.memory), note: `of ${memory(memoryAll)}`, points: series.memory, say: memory },
    ...(fleet.cost.hour_micro ? [{ name: 'Cost', unit: 'an hour', value: money(fleet.cost.hour_micro, fleet.cost.currency), note: `${money(fleet.cost.day_micro, fleet.cost.currency)} today`, points: [] }] : []),
  ]
}

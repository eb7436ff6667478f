/* Pure: what the small charts draw, from the history or from what came in live. */
import type { Fleet, Sample } from '../api/fleet'

export interface Point { at: number; value: number }
export type SeriesName = 'visits' | 'signups' | 'requests' | 'p99' | 'errors' | 'waiting' | 'oldest' | 'jobs' | 'workers' | 'cpu' | 'memory' | 'contacts' | 'visitors'
export type Series = Record<SeriesName, Point[]>

const NAMES: SeriesName[] = ['visits', 'signups', 'requests', 'p99', 'errors', 'waiting', 'oldest', 'jobs', 'workers', 'cpu', 'memory', 'contacts', 'visitors']
const empty = () => Object.fromEntries(NAMES.map(name => [name, []])) as unknown as Series

const most = (values: number[]) => values.reduce((a, b) => Math.max(a, b), 0)
const sum = (values: number[]) => values.reduce((a, b) => a + b, 0)

function ofSample(sample: Sample): Record<SeriesName, number> {
  const minutes = Math.max(sample.span_s ?? 60, 1) / 60
  const classes = Object.values(sample.class)
  const kinds = Object.values(sample.kind)
  const rate = (n: number | undefined) => (n ?? 0) / minutes
  return {
    visits: rate(sample.visits), signups: rate(sample.signups), contacts: rate(sample.contacts), jobs: rate(sample.jobs), errors: rate(sample.errors),
    requests: rate(sum(classes.map(one => one?.n ?? 0))),
    p99: Math.max(sample.class.read?.p99_us ?? 0, sample.class.write?.p99_us ?? 0) / 1000,
    waiting: sum(kinds.map(kind => kind.ready ?? 0)),
    oldest: most(kinds.map(kind => kind.oldest_ms ?? 0)) / 1000,
    workers: sum(kinds.map(kind => kind.workers ?? 0)),
    cpu: (sample.cpu_permille ?? 0) / 10,
    memory: sample.memory_used ?? 0,
    visitors: sample.visitors ?? 0,
  }
}

export function ofFleet(fleet: Fleet): Record<SeriesName, number> {
  const { minute } = fleet.people
  const interactive = fleet.classes.filter(one => one.class === 'read' || one.class === 'write')
  const cores = sum(fleet.hosts.map(host => host.cores)) || 1
  return {
    visits: minute.visits, signups: minute.signups, contacts: minute.contacts, jobs: minute.jobs, errors: minute.errors,
    requests: sum(fleet.classes.map(one => one.minute)),
    p99: most(interactive.map(one => one.p99_us)) / 1000,
    waiting: sum(fleet.kinds.map(kind => kind.ready)),
    oldest: most(fleet.kinds.map(kind => (kind.paused ? 0 : kind.oldest_ms))) / 1000,
    workers: sum(fleet.kinds.map(kind => kind.running)),
    cpu: sum(fleet.hosts.map(host => host.cpu_permille * host.cores)) / cores / 10,
    memory: sum(fleet.hosts.map(host => host.memory_used)),
    visitors: fleet.people.visitors,
  }
}

function add(series: Series, at: number, values: Record<SeriesName, number>) {
  for (const name of NAMES) series[name].push({ at, value: values[name] })
}

export function fromHistory(items: Sample[]): Series {
  const series = empty()
  for (const item of items) add(series, Date.parse(item.at), ofSample(item))
  return series
}

export function fromLive(live: Fleet[]): Series {
  const series = empty()
  for (const fleet of live) add(series, Date.parse(fleet.at), ofFleet(fleet))
  return series
}

/* A line over a box of 100 by 100, y downwards; a gap (nobody measured) longer than `gap` ms starts anew. */
export function path(points: Point[], from: number, to: number, top: number, gap: number): string {
  const x = (at: number) => (100 * (at - from)) / Math.max(to - from, 1)
  const y = (value: number) => 98 - (96 * value) / (top || 1)
  return points.map((point, i) => {
    const before = points[i - 1]
    return `${before && point.at - before.at <= gap ? 'L' : 'M'}${x(point.at).toFixed(2)} ${y(point.value).toFixed(2)}`
  }).join('')
}

/* "+40 %" against the same hour before; nothing to compare with: null. */
export function change(now: number, before: number): string | null {
  if (!before) return null
  const percent = Math.round(100 * (now / before - 1))
  return percent > 900 ? `${Math.round(now / before)} times` : `${percent > 0 ? '+' : percent < 0 ? '−' : '±'}${Math.abs(percent)} %`
}

/* What a launch would change, and what it cannot: said before it is begun. */
import type { Fleet, FleetKind } from '../api/fleet'
import { number } from '../lib/format'
import { memory, money } from './words'

const WORKER_BYTES = 0.2 * 1024 ** 2        /* what docs/benchmarks.md measures, kernel memory counted */

const WORKERS_MAX = 2000                    /* of one kind, whatever the factor (KIND_MAX_WORKERS) */

/* The most workers of a kind while everything counts `factor` times. */
export const most = (kind: FleetKind, factor: number) => Math.min(WORKERS_MAX, kind.max * factor)

export interface Preview { kinds: { kind: string; now: number; then: number }[]; lines: { text: string; warn?: boolean }[] }

export function preview(fleet: Fleet, factor: number): Preview {
  const kinds = fleet.kinds.map(kind => ({ kind: kind.kind, now: most(kind, fleet.factor), then: most(kind, Math.max(factor, fleet.factor)) }))
  const workers = kinds.reduce((all, kind) => all + kind.then, 0)
  const cores = fleet.hosts.reduce((all, host) => all + host.cores, 0)
  const busy = fleet.kinds.reduce((all, kind) => all + (kind.arrived_milli / 1000) * (kind.service_us / 1_000_000), 0)
  const free = fleet.hosts.reduce((all, host) => all + host.memory - host.memory_used, 0)
  const lines: Preview['lines'] = [
    { text: `Up to ${number(workers)} workers on ${cores} ${cores === 1 ? 'core' : 'cores'}; more are started only when work arrives, and those that compute never exceed the cores` },
    { text: `They may need ${memory(workers * WORKER_BYTES)} of the ${memory(free)} free`, warn: workers * WORKER_BYTES > free },
  ]
  if (busy > 0)
    lines.push({ text: `Work takes ${busy.toFixed(2)} cores now, ${(busy * factor).toFixed(2)} at ${factor} times the load; ${cores} ${cores === 1 ? 'is' : 'are'} there${busy * factor > cores ? ': bulk work will wait and catch up, what people wait for goes first' : ''}`, warn: busy * factor > cores })
  for (const service of fleet.services) {
    if (!service.limit) continue
    lines.push({ text: `${service.service} allows ${number(service.limit)} calls each ${service.window_ms >= 60_000 ? `${service.window_ms / 60_000} min` : `${service.window_ms / 1000} s`}: a launch does not change that${service.note ? `. ${service.note}` : ''}`, warn: service.used * factor > service.limit })
  }
  const { core_hour_micro, currency, hour_micro } = fleet.cost
  lines.push(core_hour_micro
    ? { text: `These hosts cost ${money(hour_micro, currency)} an hour as before; only further hosts and calls outside cost more` }
    : { text: 'Nobody said what a core costs (kith scale price core_hour=0.04): no bill can be reckoned' })
  return { kinds: kinds.filter(kind => kind.now !== kind.then), lines }
}

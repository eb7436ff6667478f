import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Fleet, FleetKind } from '../api/fleet'
import { preview } from './preview'

const kind = (name: string, max: number, more: Partial<FleetKind> = {}) => ({ kind: name, max, arrived_milli: 0, service_us: 0, ...more }) as FleetKind
const fleet = (more: Partial<Fleet>) => ({
  factor: 1, kinds: [kind('enrich', 10)], services: [], hosts: [{ cores: 2, memory: 4e9, memory_used: 1e9 }],
  cost: { currency: 'EUR', core_hour_micro: 0, hour_micro: 0, day_micro: 0 }, ...more,
}) as unknown as Fleet

test('limits count many times over, but never less than they do already', () => {
  assert.deepEqual(preview(fleet({}), 10).kinds, [{ kind: 'enrich', now: 10, then: 100 }])
  assert.deepEqual(preview(fleet({ factor: 20 }), 10).kinds, [])
})
test('what a launch cannot change is said', () => {
  const busy = fleet({
    kinds: [kind('enrich', 10, { arrived_milli: 1000, service_us: 500_000 })],
    services: [{ service: 'google', limit: 60, window_ms: 60_000, used: 30, note: 'Ask.' }] as unknown as Fleet['services'],
  })
  const warned = preview(busy, 10).lines.filter(line => line.warn).map(line => line.text)
  assert.equal(warned.length, 2)
  assert.match(warned[0]!, /0\.50 cores now, 5\.00 at 10 times/)
  assert.match(warned[1]!, /google allows 60 calls each 1 min: a launch does not change that\. Ask\./)
  assert.deepEqual(preview(fleet({}), 2).lines.filter(line => line.warn), [])
})

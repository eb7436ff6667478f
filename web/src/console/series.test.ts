import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Sample } from '../api/fleet'
import { change, fromHistory, path } from './series'
import { age, heldBy, took } from './words'

const sample = (at: string, more: Partial<Sample>): Sample => ({ at, class: {}, kind: {}, ...more })

test('a step becomes rates a minute, whatever its length', () => {
  const series = fromHistory([
    sample('2026-11-24T08:00:00Z', { span_s: 300, visits: 50, class: { read: { n: 10, p99_us: 4000 }, write: { p99_us: 9000 } } }),
    sample('2026-11-24T08:05:00Z', { kind: { enrich: { ready: 3, oldest_ms: 1500, workers: 2 }, index: { ready: 4, workers: 1 } } }),
  ])
  assert.deepEqual(series.visits.map(point => point.value), [10, 0])
  assert.deepEqual(series.requests.map(point => point.value), [2, 0])
  assert.deepEqual(series.p99.map(point => point.value), [9, 0])
  assert.deepEqual(series.waiting.map(point => point.value), [0, 7])
  assert.deepEqual(series.oldest.map(point => point.value), [0, 1.5])
  assert.deepEqual(series.workers.map(point => point.value), [0, 3])
})
test('a line breaks where nobody measured', () => {
  const points = [{ at: 0, value: 0 }, { at: 10, value: 5 }, { at: 90, value: 10 }]
  assert.equal(path(points, 0, 100, 10, 20), 'M0.00 98.00L10.00 50.00M90.00 2.00')
  assert.equal(path([], 0, 0, 0, 1), '')
})
test('now against the same hour before', () => {
  assert.equal(change(140, 100), '+40 %')
  assert.equal(change(50, 100), '−50 %')
  assert.equal(change(100, 100), '±0 %')
  assert.equal(change(6000, 100), '60 times')
  assert.equal(change(7, 0), null)
})
test('words', () => {
  assert.deepEqual([0, 400, 12_000, 840_000, 11_160_000].map(age), ['–', '0.4 s', '12 s', '14 min', '3.1 h'])
  assert.deepEqual([0, 80, 4200, 90_000, 1_500_000].map(took), ['–', '80 µs', '4.2 ms', '90 ms', '1.5 s'])
  assert.equal(heldBy('quota', 'google'), 'Google quota')
  assert.equal(heldBy('cpu', ''), 'CPU')
})

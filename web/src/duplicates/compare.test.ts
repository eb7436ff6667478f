import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Card } from '../api/types'
import { compare, defaultChoice, resultOf } from './compare'

const a: Card = { uid: 'a', name: { full: 'Ann Lee' }, phones: { p: { number: '+49 151 5550' } }, titles: { t: { name: 'CEO' } }, emails: { e: { address: 'Ann@x.example' } } }
const b: Card = { uid: 'b', name: { full: 'Ann M. Lee' }, phones: { p: { number: '+49151 5550' } }, titles: { t: { name: 'Founder' } }, emails: { e: { address: 'ann@x.example' }, f: { address: 'a@y.example' } } }
const row = (key: string) => compare(a, b).find(one => one.key === key)!

test('what contradicts comes first, what agrees last', () => {
  assert.deepEqual(compare(a, b).map(one => [one.key, one.kind]), [['name', 'clash'], ['titles', 'clash'], ['emails', 'sum'], ['phones', 'same']])
})
test('without a choice values add up, doubles once', () => {
  assert.deepEqual(resultOf(row('emails'), undefined, null), ['Ann@x.example', 'a@y.example'])
  assert.deepEqual(resultOf(row('name'), undefined, null), ['Ann Lee'])
})
test('a choice wins over the suggestion', () => {
  const suggested: Card = { uid: 's', name: { full: 'Ann M. Lee' } }
  assert.equal(defaultChoice(row('name'), suggested), 'b')
  assert.deepEqual(resultOf(row('name'), 'a', suggested), ['Ann Lee'])
  assert.deepEqual(resultOf(row('titles'), 'both', suggested), ['CEO', 'Founder'])
})

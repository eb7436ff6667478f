import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Card } from '../api/types'
import { cardOf, dateOf, draftOf, isDate, patchOf, type Draft } from './draft'

const card: Card = {
  uid: 'u1',
  name: { full: 'Ann Lee', components: [{ kind: 'given', value: 'Ann' }, { kind: 'separator', value: ' ' }, { kind: 'surname', value: 'Lee', phonetic: 'li' }] },
  emails: { e1: { address: 'ann@x.example', contexts: { work: true }, pref: 1 }, 'e/2': { address: 'b@x.example', label: 'Choir' } },
  addresses: { a1: { full: 'Am Markt 1, 20095 Hamburg', components: [{ kind: 'name', value: 'Am Markt' }, { kind: 'number', value: '1' }, { kind: 'locality', value: 'Hamburg' }] } },
  anniversaries: { b1: { kind: 'birth', date: { month: 5, day: 17 } } },
  keywords: { friend: true },
}
const edited = (change: (draft: Draft) => void) => {
  const draft = structuredClone(draftOf(card))
  change(draft)
  return patchOf(card, draft)
}

test('an untouched form changes nothing', () => assert.deepEqual(edited(() => {}), {}))

test('one value is one pointer', () => {
  assert.deepEqual(edited(d => { d.maps.emails[0]!.value = 'new@x.example' }), { 'emails/e1/address': 'new@x.example' })
  assert.deepEqual(edited(d => { d.maps.emails[1]!.value = '' }), { 'emails/e~12': null })
})

test('a word becomes a context, a feature or a label', () => {
  assert.deepEqual(edited(d => { d.maps.emails[0]!.label = 'Home' }), { 'emails/e1/contexts': { private: true } })
  assert.deepEqual(edited(d => { d.maps.emails[0]!.label = 'Club' }), { 'emails/e1/label': 'Club', 'emails/e1/contexts': null })
})

test('a name keeps the parts nobody changed', () => {
  assert.deepEqual(edited(d => { d.name.given = 'Anna' }), {
    name: { full: 'Anna Lee', components: [{ kind: 'given', value: 'Anna' }, { kind: 'separator', value: ' ' }, { kind: 'surname', value: 'Lee', phonetic: 'li' }] },
  })
})

test('an address is rebuilt from its parts, without the stale full text', () => {
  assert.deepEqual(edited(d => { d.maps.addresses[0]!.parts.locality = 'Kiel' }), {
    'addresses/a1/components': [{ kind: 'name', value: 'Am Markt' }, { kind: 'number', value: '1' }, { kind: 'locality', value: 'Kiel' }], 'addresses/a1/full': null,
  })
})

test('a map that was not there comes whole', () => {
  assert.deepEqual(edited(d => { d.maps.phones.push({ id: 'p1', value: '+49 40 1', label: 'Mobile', parts: {} }) }),
    { phones: { p1: { number: '+49 40 1', features: { mobile: true } } } })
})

test('tags and dates', () => {
  assert.deepEqual(edited(d => { d.tags = ['a/b'] }), { 'keywords/a~1b': true, 'keywords/friend': null })
  assert.equal(draftOf(card).maps.anniversaries[0]!.value, '--05-17')
  assert.deepEqual(dateOf('--05-18'), { month: 5, day: 18 })
  assert.deepEqual(dateOf('1980-2-3'), { year: 1980, month: 2, day: 3 })
  assert.ok(isDate('1980') && isDate('--05-17') && !isDate('17.5.80'))
})

test('a new card', () => {
  const draft = draftOf({ uid: '' })
  draft.name.given = 'Bo'
  assert.deepEqual(cardOf(draft), { '@type': 'Card', version: '1.0', name: { full: 'Bo', components: [{ kind: 'given', value: 'Bo' }] } })
})

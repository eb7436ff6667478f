import assert from 'node:assert/strict'
import test from 'node:test'
import type { AuditEntry } from '../api/types'
import { actOf, isAlarming, whereOf } from './acts'

const entry = (change: Partial<AuditEntry>): AuditEntry =>
  ({ id: '1', what: 'login', detail: '', at: '', last: '', times: 1, device: '', address: '', by_server: false, ...change })

test('an act has a word, one of a later server its name', () => {
  assert.equal(actOf(entry({})), 'Signed in')
  assert.equal(actOf(entry({ what: 'moon_landed' })), 'moon_landed')
  assert.ok(isAlarming('login_failed') && !isAlarming('login'))
})

test('where it came from', () => {
  assert.equal(whereOf(entry({ device: 'Firefox on Linux', address: '192.0.2.1' })), 'Firefox on Linux · 192.0.2.1')
  assert.equal(whereOf(entry({ address: '192.0.2.1' })), '192.0.2.1')
  assert.equal(whereOf(entry({ by_server: true, device: 'kith account' })), 'at the server')
})

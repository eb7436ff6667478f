import assert from 'node:assert/strict'
import { test } from 'node:test'
import { highlight } from './fold'

const hits = (text: string, query: string) => highlight(text, query).filter(piece => piece.hit).map(piece => piece.text)

test('the beginning of a word, whatever its case and accents', () => {
  assert.deepEqual(hits('José García', 'jose gar'), ['José', 'Gar'])
  assert.deepEqual(hits('Joanna', 'ann'), [])
  assert.deepEqual(hits('Straße 5', 'strass'), ['Straß'])
})
test('digits of a number in any format', () => {
  assert.deepEqual(hits('+49 (151) 555-0123', '0151555'), ['151) 555'])
  assert.deepEqual(hits('12', '0'), [])
})
test('the pieces are the text', () => assert.equal(highlight('Ünal Özgür', 'oz').map(piece => piece.text).join(''), 'Ünal Özgür'))

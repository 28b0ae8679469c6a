import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openUnsent } from '../../web/static/js/elements/unsent.js'
import { meaning } from '../../web/static/js/lib/receipt.js'

function shelf(held = new Map()) {
  return { getItem: (name) => held.get(name) ?? null, setItem: (name, text) => held.set(name, text), removeItem: (name) => held.delete(name), held }
}
const YES = { url: '/check/alone', body: 'word=yes' }
const NO = { url: '/check/alone', body: 'word=no' }

test('what could not be sent is there after a reload, the newest of each line', () => {
  const storage = shelf()
  openUnsent(storage, 'v').put('alone', YES)
  openUnsent(storage, 'v').put('safe', YES)
  openUnsent(storage, 'v').put('alone', NO)
  assert.deepEqual(openUnsent(storage, 'v').all(), [['alone', NO], ['safe', YES]])
  assert.deepEqual(openUnsent(storage, 'another').all(), [])
})

test('what was sent is dropped, and not what was pressed meanwhile', () => {
  const storage = shelf()
  const unsent = openUnsent(storage, 'v')
  unsent.put('alone', NO)
  unsent.drop('alone', YES)
  assert.equal(unsent.all().length, 1)
  unsent.drop('alone', NO)
  assert.equal(storage.held.size, 0)
})

test('a shelf that is closed or holds something odd breaks nothing', () => {
  assert.deepEqual(openUnsent(shelf(new Map([['v', '{odd']])), 'v').all(), [])
  const closed = { getItem() { throw new Error() }, setItem() { throw new Error() }, removeItem() { throw new Error() } }
  openUnsent(closed, 'v').put('alone', YES)
  assert.deepEqual(openUnsent(closed, 'v').all(), [])
})

test('a server that is out of reach keeps an answer waiting, and so does who is signed out', () => {
  assert.deepEqual([200, 303, 409, 422, 404, 0, 500, 503, 401].map(meaning),
    ['sent', 'sent', 'overtaken', 'wants', 'wants', 'kept', 'kept', 'kept', 'closed'])
})

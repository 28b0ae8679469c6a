import assert from 'node:assert/strict'
import { test } from 'node:test'

import { nextDelay, verdict } from '../../web/static/js/call/backoff.js'

test('outside a call the delay is anywhere below a limit that doubles up to its cap', () => {
  assert.equal(nextDelay(0, false, () => 0.999), 249)
  assert.equal(nextDelay(2, false, () => 0.5), 500)
  assert.equal(nextDelay(50, false, () => 0.999), 29_970)
  assert.equal(nextDelay(9, false, () => 0), 0)
})

test('in a call a server is asked four times a second for ten seconds, then more seldom, and never twice at once', () => {
  const after = (tries) => [0, 0.5, 0.9999].map((chance) => nextDelay(tries, true, () => chance))
  assert.deepEqual(after(0), [125, 250, 374])
  assert.deepEqual(after(39), [125, 250, 374])
  assert.deepEqual(after(40), [250, 625, 999])
  assert.deepEqual(after(80), [500, 1250, 1999])
  assert.deepEqual(after(5000), [500, 1250, 1999])
})

test('what passes is asked again, what is an answer is not', () => {
  for (const status of [0, 408, 429, 500, 503]) assert.equal(verdict(status), 'again', String(status))
  for (const status of [404, 409, 410]) assert.equal(verdict(status), 'ended', String(status))
  for (const status of [400, 401, 403, 422]) assert.equal(verdict(status), 'refused', String(status))
})

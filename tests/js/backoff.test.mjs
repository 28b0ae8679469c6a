import assert from 'node:assert/strict'
import { test } from 'node:test'

import { nextDelay, verdict } from '../../web/static/js/call/backoff.js'

test('the delay is anywhere below a limit that doubles up to its cap', () => {
  assert.equal(nextDelay(0, true, () => 0.999), 249)
  assert.equal(nextDelay(2, true, () => 0.5), 500)
  assert.equal(nextDelay(50, true, () => 0.999), 999)
  assert.equal(nextDelay(60, true, () => 0.999), 1998)
  assert.equal(nextDelay(50, false, () => 0.999), 29_970)
  assert.equal(nextDelay(9, true, () => 0), 0)
})

test('what passes is asked again, what is an answer is not', () => {
  for (const status of [0, 408, 429, 500, 503]) assert.equal(verdict(status), 'again', String(status))
  for (const status of [404, 409, 410]) assert.equal(verdict(status), 'ended', String(status))
  for (const status of [400, 401, 403, 422]) assert.equal(verdict(status), 'refused', String(status))
})

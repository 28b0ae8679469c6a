import assert from 'node:assert/strict'
import { test } from 'node:test'

import { fall, share } from '../../web/static/js/elements/level-meter.js'

test('silence lights nothing, a loud voice everything, speech about half', () => {
  assert.equal(share(0), 0)
  assert.equal(share(0.5), 1)
  const speech = share(10 ** (-35 / 10))
  assert.ok(speech > 0.4 && speech < 0.7, String(speech))
})

test('the level rises at once and falls slowly', () => {
  assert.equal(fall(0.2, 0.9), 0.9)
  assert.ok(fall(0.9, 0) > 0.7)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { brightness } from '../../web/static/js/elements/light.js'

test('black, white, and green brighter than blue', () => {
  assert.equal(brightness([0, 0, 0, 255, 0, 0, 0, 255]), 0)
  assert.ok(Math.abs(brightness([255, 255, 255, 255]) - 255) < 0.01)
  assert.ok(brightness([0, 200, 0, 255]) > brightness([0, 0, 200, 255]))
})

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { sameClock } from '../../web/static/js/lib/zone.js'

const WINTER = new Date('2026-01-12T23:30:00Z')
const SUMMER = new Date('2026-07-12T23:30:00Z')

test('two zones are compared by what their clocks show at that moment', () => {
  assert.equal(sameClock('Europe/Berlin', 'Europe/Paris', WINTER), true)
  assert.equal(sameClock('Europe/Lisbon', 'Europe/Berlin', WINTER), false)
  assert.equal(sameClock('Europe/Lisbon', 'UTC', WINTER), true)
  assert.equal(sameClock('Europe/Lisbon', 'UTC', SUMMER), false)
  assert.equal(sameClock('Pacific/Auckland', 'Pacific/Honolulu', WINTER), false, 'also the day counts')
})

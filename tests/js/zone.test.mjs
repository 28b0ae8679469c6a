import assert from 'node:assert/strict'
import { test } from 'node:test'

import { sameClock, tellZone } from '../../web/static/js/lib/zone.js'

const WINTER = new Date('2026-01-12T23:30:00Z')
const SUMMER = new Date('2026-07-12T23:30:00Z')

test('two zones are compared by what their clocks show at that moment', () => {
  assert.equal(sameClock('Europe/Berlin', 'Europe/Paris', WINTER), true)
  assert.equal(sameClock('Europe/Lisbon', 'Europe/Berlin', WINTER), false)
  assert.equal(sameClock('Europe/Lisbon', 'UTC', WINTER), true)
  assert.equal(sameClock('Europe/Lisbon', 'UTC', SUMMER), false)
  assert.equal(sameClock('Pacific/Auckland', 'Pacific/Honolulu', WINTER), false, 'also the day counts')
})

test('a zone is told once for many starts of a browser, and anew by a device that travelled', (t) => {
  const kept = new Map(), jar = { cookie: '', documentElement: { dataset: {} } }
  Object.assign(globalThis, { document: jar, location: { protocol: 'https:', search: '' } })
  globalThis.localStorage = { getItem: (name) => kept.get(name) ?? null, setItem: (name, value) => kept.set(name, value) }
  let zone = 'Europe/Berlin'
  t.mock.method(Intl, 'DateTimeFormat', () => ({ resolvedOptions: () => ({ timeZone: zone }) }))
  assert.equal(tellZone(), 'Europe/Berlin')
  assert.match(jar.cookie, /^tz=Europe\/Berlin; Path=\/; Max-Age=2592000; SameSite=Lax; Secure$/)
  assert.equal(tellZone(), '', 'also after the browser was closed')
  jar.cookie = 'lang=en; tz=Asia/Amman'
  assert.equal(tellZone(), '', 'a choice by hand stays')
  zone = 'Europe/Lisbon'
  assert.equal(tellZone(), 'Europe/Lisbon')
})

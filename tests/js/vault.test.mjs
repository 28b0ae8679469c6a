import assert from 'node:assert/strict'
import { webcrypto } from 'node:crypto'
import { test } from 'node:test'

import { openVault } from '../../web/static/js/offline/vault.js'

function shelf() {
  const kept = new Map()
  return {
    kept,
    read: async (key) => kept.get(key),
    put: async (key, value, keep) => {
      if (kept.has(key) && keep(kept.get(key))) return kept.get(key)
      kept.set(key, value)
      return value
    },
    drop: async (of) => [...kept].forEach(([key, value]) => of(key, value) && kept.delete(key)),
  }
}

const on = (place) => openVault({ shelf: place, subtle: webcrypto.subtle, random: (bytes) => webcrypto.getRandomValues(bytes) })
const WORDS = 'I stop answering messages'

test('what is kept is sealed with a key that nobody can take out, and opens again', async () => {
  const place = shelf()
  await on(place).put('plan', WORDS)
  assert.equal(await on(place).read('plan'), WORDS)
  assert.equal(place.kept.get('own:key').extractable, false)
  await assert.rejects(webcrypto.subtle.exportKey('raw', place.kept.get('own:key')))
  const lies = Buffer.from(place.kept.get('own:plan').body).toString('latin1')
  assert.ok(!lies.includes('answering'))
})

test('two tabs at once end with one key, and a newer text takes the place of the older', async () => {
  const place = shelf()
  await Promise.all([on(place).put('plan', 'one'), on(place).put('other', 'two')])
  assert.deepEqual([await on(place).read('plan'), await on(place).read('other')], ['one', 'two'])
  await on(place).put('plan', WORDS)
  assert.equal(await on(place).read('plan'), WORDS)
})

test('signing out drops the key with all of it, and nothing of anybody else', async () => {
  const place = shelf()
  place.kept.set('copies', 'of somebody else')
  await on(place).put('plan', WORDS)
  const stolen = place.kept.get('own:plan')
  await on(place).drop()
  assert.deepEqual([...place.kept.keys()], ['copies'])
  place.kept.set('own:plan', stolen)
  assert.equal(await on(place).read('plan'), null, 'without its key it is noise')
  await on(place).put('other', 'anew')
  assert.equal(await on(place).read('plan'), null, 'a later key opens nothing of before')
})

test('what was kept under another name does not open as this one', async () => {
  const place = shelf()
  await on(place).put('plan', WORDS)
  place.kept.set('own:other', place.kept.get('own:plan'))
  assert.equal(await on(place).read('other'), null)
})

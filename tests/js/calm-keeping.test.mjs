import assert from 'node:assert/strict'
import { test } from 'node:test'

import { keeper } from '../../web/static/js/calm/keeping.js'

function shelf() {
  const kept = new Map()
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, text) => kept.set(key, text), removeItem: (key) => kept.delete(key) }
}

function desk(answers) {
  const heard = []
  const fetch = async (url, { body }) => {
    heard.push(Object.fromEntries(body))
    const next = answers.shift()
    if (next === 'lost') throw new TypeError('no network')
    return { ok: next < 400, status: next }
  }
  return { fetch, heard }
}

test('what was done is sent once, and nothing of it stays', async () => {
  const storage = shelf(), { fetch, heard } = desk([204])
  await keeper({ href: '/me/calm', storage, fetch, now: () => 5000, id: () => 'a' }).keep('box-4', { seconds: 48, times: 3 })
  assert.deepEqual(heard, [{ id: 'a', exercise: 'box-4', seconds: '48', times: '3', ago: '0' }])
  assert.equal(storage.getItem('calm-unsent'), null)
})

test('without a network it waits and goes later under the same id, saying how long ago it was', async () => {
  const storage = shelf(), { fetch, heard } = desk(['lost', 503, 204])
  let clock = 1000
  const keep = keeper({ href: '/me/calm', storage, fetch, now: () => clock, id: () => 'b' })
  await keep.keep('equal-4', { seconds: 296, times: 37 })
  clock += 60_000
  await keep.flush()
  clock += 60_000
  await keeper({ href: '/me/calm', storage, fetch, now: () => clock }).flush() // another page, later
  assert.deepEqual(heard.map(({ id, ago }) => [id, ago]), [['b', '0'], ['b', '60'], ['b', '120']])
  assert.equal(storage.getItem('calm-unsent'), null)
})

test('what the server never takes is let go, and a look of some seconds is nothing that was done', async () => {
  const storage = shelf(), { fetch, heard } = desk([401])
  const keep = keeper({ href: '/me/calm', storage, fetch, now: () => 0, id: () => 'c' })
  await keep.keep('box-4', { seconds: 9, times: 0 })
  assert.equal(heard.length, 0)
  await keep.keep('box-4', { seconds: 16, times: 1 })
  assert.equal(storage.getItem('calm-unsent'), null)
})

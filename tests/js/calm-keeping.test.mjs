import assert from 'node:assert/strict'
import { test } from 'node:test'

import { keeper } from '../../web/static/js/calm/keeping.js'
import { inMemory } from '../../web/static/js/offline/memory.js'
import { openQueue, outcomeOf } from '../../web/static/js/offline/queue.js'

/** A clinic that answers like this, one after the other, and a keeper whose entries wait in these documents. */
function desk(answers, docs = inMemory(), seals = false) {
  const heard = [], clock = { now: 5000 }
  let number = 0
  const send = async (url, fields) => {
    heard.push(Object.fromEntries(fields))
    const next = answers.shift()
    if (next === 'lost') throw new TypeError('no network')
    return outcomeOf(next)
  }
  const queue = openQueue({ docs, send, now: () => clock.now })
  return { heard, clock, docs, queue, keep: keeper({ href: '/me/calm', queue, seals, id: () => `id-${number++}` }) }
}

test('what was done is sent once, and nothing of it stays', async () => {
  const { keep, heard, docs } = desk([204])
  await keep.keep('box-4', { seconds: 48, times: 3 }, { id: 'a' })
  assert.deepEqual(heard, [{ id: 'a', exercise: 'box-4', seconds: '48', times: '3', ago: '0' }])
  assert.deepEqual(await docs.names(''), [])
})

test('without a network it waits and goes later under the same id, saying how long ago it was', async () => {
  const { keep, heard, clock, docs } = desk(['lost', 503, 401, 204])
  await keep.keep('equal-4', { seconds: 296, times: 37 }, { id: 'b' })
  for (let round = 0; round < 3; round++) {
    clock.now += 60_000
    await keep.flush() // also after a sign-in that lapsed
  }
  assert.deepEqual(heard.map(({ id, ago }) => [id, ago]), [['b', '0'], ['b', '60'], ['b', '120'], ['b', '180']])
  assert.deepEqual(await docs.names(''), [])
})

test('what the clinic never takes is let go, and a look of some seconds is nothing that was done', async () => {
  const { keep, heard, docs } = desk([422])
  await keep.keep('box-4', { seconds: 9, times: 0 })
  assert.equal(heard.length, 0)
  await keep.keep('box-4', { seconds: 16, times: 1 })
  assert.deepEqual(await docs.names(''), [])
})

test('what is said again while it is on its way goes behind it, and neither is lost', async () => {
  const { keep, heard, docs } = desk([204, 204])
  await Promise.all([keep.keep('widen', { seconds: 180, times: 1 }, { id: 'd' }), keep.keep('widen', { seconds: 180, times: 1 }, { id: 'd', calm_after: 6 })])
  await keep.flush()
  assert.deepEqual(heard.map(({ id, calm_after: after }) => [id, after]), [['d', undefined], ['d', '6']])
  assert.deepEqual(await docs.names(''), [])
})

test('it says kept only after it was kept, and else what is', async () => {
  const done = { seconds: 48, times: 3 }
  const said = async (answers, seals, of = done) => {
    const { keep } = desk(answers, inMemory(), seals)
    return (await keep.keep('box-4', of)).became
  }
  assert.equal(await said([204]), 'kept')
  assert.equal(await said([], false, { seconds: 9, times: 0 }), 'short')
  for (const answer of ['lost', 503, 401]) {
    assert.equal(await said([answer]), 'open')
    assert.equal(await said([answer], true), 'sealed')
  }
  assert.equal(await said([422]), 'lost')
  const { keep } = desk(['lost', 204])
  const { became, own } = await keep.keep('box-4', done)
  assert.equal(became, 'open')
  assert.equal(await keep.became(own, await keep.flush()), 'kept', 'and says so once it was')
})

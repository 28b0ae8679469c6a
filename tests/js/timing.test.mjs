import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ago, backOff, clockOf, wait, whenQuiet } from '../../web/static/js/lib/timing.js'

test('a span of time is set like a clock', () => {
  assert.equal(clockOf(0), '0:00')
  assert.equal(clockOf(59.9), '0:59')
  assert.equal(clockOf(845), '14:05')
  assert.equal(clockOf(3729), '1:02:09')
  assert.equal(clockOf(-4), '0:00')
})

test('how long ago is said in the language of the page and in the largest whole unit', () => {
  assert.equal(ago(4, 'en'), '4 seconds ago')
  assert.equal(ago(59.4, 'en'), '59 seconds ago')
  assert.equal(ago(125, 'en'), '2 minutes ago')
  assert.equal(ago(7300, 'de'), 'vor 2 Stunden')
})

test('the next try comes later each time, never later than the cap, spread over its second half', () => {
  const most = { random: () => 1 }
  const least = { random: () => 0 }
  assert.deepEqual([0, 1, 2, 10].map((attempt) => backOff(attempt, most)), [500, 1000, 2000, 15_000])
  assert.deepEqual([0, 1, 10].map((attempt) => backOff(attempt, least)), [250, 500, 7500])
})

test('a wait that is given up rejects with the reason', async () => {
  const given = new AbortController()
  const waiting = wait(60_000, given.signal)
  given.abort(new Error('left'))
  await assert.rejects(waiting, /left/)
})

test('calls in a row become one, with the last words', async () => {
  const heard = []
  const say = whenQuiet((word) => heard.push(word), 1)
  say('one')
  say('two')
  await wait(20)
  assert.deepEqual(heard, ['two'])
  say('three')
  say.cancel()
  await wait(20)
  assert.deepEqual(heard, ['two'])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { at, inWords, move, once, paced, read } from '../../web/static/js/calm/course.js'
import { Watch } from '../../web/static/js/calm/watch.js'

const SQUARE = read('[["in", "in", 4000], ["hold", "hold", 4000], ["out", "out", 4000], ["hold", "hold", 4000]]')

test('nineteen squares are 304 seconds, and each moment is in the step that is written for it', () => {
  assert.equal(once(SQUARE) * 19, 304_000)
  assert.deepEqual(at(SQUARE, 19, 0), { place: 0, step: SQUARE[0], left: 4000, times: 0 })
  assert.equal(at(SQUARE, 19, 3999)?.left, 1)
  assert.equal(at(SQUARE, 19, 4000)?.step.kind, 'hold')
  assert.equal(at(SQUARE, 19, 303_999)?.place, 75)
  assert.equal(at(SQUARE, 19, 303_999)?.times, 18)
  assert.equal(at(SQUARE, 19, 304_000), null)
})

test('every boundary of every step is met once, in order', () => {
  const sigh = read('[["in", "in", 2000], ["more", "more", 1000], ["out", "out", 6000]]')
  const places = []
  for (let ms = 0; ms < 9000 * 3; ms += 50) places.push(at(sigh, 3, ms)?.place)
  assert.deepEqual([...new Set(places)], [0, 1, 2, 3, 4, 5, 6, 7, 8])
  assert.deepEqual([0, 1, 2].map((place) => places.filter((one) => one === place).length), [40, 20, 120])
})

test('a slower pace makes every step longer by the same share', () => {
  assert.deepEqual(paced(SQUARE, 125).map(({ ms }) => ms), [5000, 5000, 5000, 5000])
  assert.deepEqual(paced(read('[["in", "in", 5500], ["out", "out", 5500]]'), 75).map(({ ms }) => ms), [4125, 4125])
})

test('a pause keeps the phase: what the watch says stands still and goes on from there', () => {
  const watch = new Watch()
  assert.equal(watch.elapsed(500), 0)
  watch.start(1000)
  assert.equal(watch.elapsed(3500), 2500)
  watch.pause(3500)
  assert.equal(watch.elapsed(90_000), 2500)
  watch.start(100_000)
  watch.start(100_500) // a second press of begin is none
  assert.equal(watch.elapsed(101_000), 3500)
  watch.pause(101_000)
  watch.pause(105_000)
  assert.equal(watch.elapsed(109_000), 3500)
})

test('the disc is up after in and down after out, nearly up where a second breath follows, and stays where the breath is held', () => {
  assert.equal(move('in', 'out'), 'up')
  assert.equal(move('in', 'more'), 'near')
  assert.equal(move('more'), 'up')
  assert.equal(move('hold'), '')
  assert.equal(move('out'), 'down')
})

test('time is said in minutes and seconds, and in one of them where the other is nothing', () => {
  const say = { minutes: '{m} min', both: '{m} min {s} s', seconds: '{s} s' }
  assert.equal(inWords(160_000, say), '2 min 40 s')
  assert.equal(inWords(300_000, say), '5 min')
  assert.equal(inWords(59_600, say), '1 min')
  assert.equal(inWords(9_000, say), '9 s')
})

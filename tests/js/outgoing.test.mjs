import assert from 'node:assert/strict'
import { test } from 'node:test'

import { begin, judge } from '../../web/static/js/call/outgoing.js'

/** A look each second, `change` says what is different; gives what was decided in which second. */
function watch(seconds, change, from = begin(0)) {
  const found = []
  let outgoing = from
  for (let second = 1; second <= seconds; second += 1) {
    const look = { at: 1000 * second, on: true, taken: false, sent: 50 * second, energy: second / 10, ...change(second) }
    const result = judge(outgoing, look)
    outgoing = result.outgoing
    for (const one of result.decisions) found.push([one, second])
  }
  return { found, trouble: outgoing.trouble }
}

test('what is sent and heard needs nothing', () => assert.deepEqual(watch(60, () => ({})), { found: [], trouble: '' }))

test('whoever muted themselves is not in trouble', () => {
  assert.deepEqual(watch(60, () => ({ on: false, sent: 9, energy: 0 })), { found: [], trouble: '' })
})

test('a telephone that takes the microphone is told, and so is its end', () => {
  const { found, trouble } = watch(20, (second) => ({ taken: second >= 5 && second < 15 }))
  assert.deepEqual(found, [['lost', 6], ['back', 15]])
  assert.equal(trouble, '')
})

test('a track that is sent no more is put on its line again, then opened again, then told', () => {
  const { found, trouble } = watch(30, (second) => ({ sent: 50 * Math.min(second, 10) }))
  assert.deepEqual(found, [['mend', 13], ['reopen', 16], ['lost', 19]])
  assert.equal(trouble, 'stuck')
})

test('a track that goes on after it was put on its line again is forgotten', () => {
  const { found } = watch(40, (second) => ({ sent: second < 10 || second > 13 ? 50 * second : 500 }))
  assert.deepEqual(found, [['mend', 13]])
})

test('digital silence for long is no quiet room', () => {
  const { found, trouble } = watch(40, (second) => ({ energy: Math.min(second, 5) }))
  assert.deepEqual(found, [['lost', 25]])
  assert.equal(trouble, 'flat')
  assert.equal(watch(40, () => ({ energy: null })).trouble, '')
})

test('muting or hanging up ends the trouble', () => {
  assert.deepEqual(watch(30, (second) => ({ taken: second > 2, on: second < 10 })).found, [['lost', 4], ['back', 10]])
})

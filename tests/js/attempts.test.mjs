import assert from 'node:assert/strict'
import { test } from 'node:test'

import { collision, firstNumber, firstPairing, judge, nextPairing, paired, route } from '../../web/static/js/call/attempts.js'

const offer = (attempt) => ({ kind: 'offer', attempt })
const answer = (attempt) => ({ kind: 'answer', attempt })

test('the first signal of the other side makes the pair', () => {
  assert.equal(judge(firstPairing(65), offer(65)), 'pair')
  assert.equal(judge(paired(firstPairing(65), 65), answer(65)), 'take')
})

test('a newer connection of the other side needs a new one here, but only if it speaks first', () => {
  const pair = paired(firstPairing(65), 65)
  assert.equal(judge(pair, offer(66)), 'beside')
  assert.equal(judge(pair, { kind: 'restart', attempt: 66 }), 'beside')
  assert.equal(judge(pair, answer(66)), 'ignore')
  assert.equal(judge(pair, { kind: 'candidate', attempt: 66 }), 'ignore')
})

test('after a rebuild here, answers to the old connection are not looked at', () => {
  const next = nextPairing(paired(firstPairing(65), 65), 66)
  assert.equal(next.local, 66)
  assert.equal(judge(next, answer(65)), 'ignore')
  assert.equal(judge(next, answer(66)), 'pair')
})

test('a rebuild before anybody answered forgets nothing that was retired', () => {
  const once = nextPairing(paired(firstPairing(65), 65), 66)
  assert.equal(judge(nextPairing(once, 67), offer(65)), 'ignore')
})

test('a fresh page numbers above every page before it', () => {
  assert.ok(firstNumber(5) > firstNumber(4) + 1000)
})

test('of two offers at once exactly one side gives way', () => {
  assert.equal(collision({ polite: true, busy: false, agreed: true }), 'take')
  assert.equal(collision({ polite: false, busy: true, agreed: true }), 'ignore')
  assert.equal(collision({ polite: true, busy: true, agreed: false }), 'anew')
  assert.equal(collision({ polite: true, busy: true, agreed: true }), 'yield')
})

test('while there are two connections each signal finds its own', () => {
  const main = paired(firstPairing(65), 130)
  const alone = { main, spare: null, retired: -1 }
  assert.equal(route(alone, answer(130)), 'main')
  assert.equal(route(alone, offer(131)), 'beside')
  assert.equal(route(alone, answer(131)), 'ignore')
  const asking = { main, spare: firstPairing(66), retired: -1 }
  assert.equal(route(asking, answer(131)), 'spare')
  assert.equal(route(asking, { kind: 'candidate', attempt: 130 }), 'main')
  const two = { main, spare: paired(firstPairing(66), 131), retired: -1 }
  assert.equal(route(two, { kind: 'end', attempt: 130 }), 'main')
  assert.equal(route(two, offer(132)), 'beside')
})

test('what belongs to a connection that is over is not looked at', () => {
  const alone = { main: paired(firstPairing(65), 130), spare: null, retired: 131 }
  for (const late of [offer(131), answer(131), { kind: 'end', attempt: 131 }]) assert.equal(route(alone, late), 'ignore')
  assert.equal(route(alone, { kind: 'end', attempt: 140 }), 'ignore')
  assert.equal(route(alone, offer(132)), 'beside')
})

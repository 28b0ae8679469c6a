import assert from 'node:assert/strict'
import { test } from 'node:test'

import { collision, firstNumber, firstPairing, judge, nextPairing, paired } from '../../web/static/js/call/attempts.js'

const offer = (attempt) => ({ kind: 'offer', attempt })
const answer = (attempt) => ({ kind: 'answer', attempt })

test('the first signal of the other side makes the pair', () => {
  assert.equal(judge(firstPairing(65), offer(65)), 'pair')
  assert.equal(judge(paired(firstPairing(65), 65), answer(65)), 'take')
})

test('a newer connection of the other side needs a new one here, but only if it speaks first', () => {
  const pair = paired(firstPairing(65), 65)
  assert.equal(judge(pair, offer(66)), 'rebuild')
  assert.equal(judge(pair, { kind: 'restart', attempt: 66 }), 'rebuild')
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

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { closed, openCopier, opened } from '../../web/static/js/call/copies.js'

const OPUS = 111
const FRAME = 960 // ticks of 20 ms
const bytes = (size, fill) => new Uint8Array(size).fill(fill)
const block = (number, size = 40) => ({ at: number * FRAME, type: OPUS, data: bytes(size, number) })
/** What a browser makes: this frame and the one before. */
const plain = (number) => closed(block(number), number > 1 ? [block(number - 1)] : [])
const numbers = (payload, at) => opened(payload, at).map((one) => one.at / FRAME)

describe('a redundant payload', () => {
  test('is as the standard writes it', () => {
    const payload = closed({ at: 2000, type: OPUS, data: Uint8Array.of(7, 8) }, [{ at: 1040, type: OPUS, data: bytes(300, 1) }])
    assert.deepEqual([...payload.slice(0, 5)], [0x80 | OPUS, 960 >> 6, ((960 & 63) << 2) | (300 >> 8), 300 & 255, OPUS])
    assert.equal(payload.length, 5 + 300 + 2)
  })

  test('gives back what was put in, the present last', () => {
    const older = [block(1, 30), block(2, 300), block(3, 1)]
    assert.deepEqual(opened(closed(block(4), older), 4 * FRAME), [...older, block(4)])
  })

  test('knows its times where the clock begins anew', () => {
    const before = { at: 2 ** 32 - 480, type: OPUS, data: bytes(9, 1) }
    assert.deepEqual(opened(closed({ ...block(1), at: 480 }, [before]), 480)[0], before)
  })

  test('leaves out what cannot be said in it: too old, too long, empty', () => {
    assert.deepEqual(numbers(closed(block(40), [block(1), block(38, 1024), block(39, 0)]), 40 * FRAME), [40])
  })

  test('never outgrows one packet; the newest go first', () => {
    const payload = closed(block(5, 400), [block(1, 300), block(2, 300), block(3, 300), block(4, 300)])
    assert.ok(payload.length <= 1100)
    assert.deepEqual(numbers(payload, 5 * FRAME), [3, 4, 5])
  })

  test('that is none is taken for nothing', () => {
    for (const broken of [[], [0x80], [0x80, 0, 0], [0xef, 0, 0, 4], [0xef, 15, 0, 200, 111, 1]]) {
      assert.deepEqual(opened(Uint8Array.from(broken), 1), [])
    }
  })
})

describe('the copier', () => {
  test('puts as many frames before each as are wished for, from one packet to the next', () => {
    const copy = openCopier()
    const wishes = [1, 1, 1, 1, 1, 2, 3, 3, 2, 0]
    const seen = wishes.map((wish, at) => numbers(copy(plain(at + 1), (at + 1) * FRAME, wish), (at + 1) * FRAME))
    assert.deepEqual(seen.slice(4), [[4, 5], [4, 5, 6], [4, 5, 6, 7], [5, 6, 7, 8], [7, 8, 9], [9, 10]])
  })

  test('hears everything again where three in a row are lost', () => {
    const copy = openCopier()
    const heard = new Set()
    for (let at = 1; at <= 100; at += 1) {
      const payload = copy(plain(at), at * FRAME, 3)
      if (at % 4 === 0) numbers(payload, at * FRAME).forEach((one) => heard.add(one))
    }
    assert.equal(heard.size, 100)
  })

  test('leaves a payload of another kind as it is', () => {
    const other = Uint8Array.of(0xef, 1)
    assert.equal(openCopier()(other, 1, 4), other)
  })
})

import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { begin, take, verdict } from '../../web/static/js/call/blur/judge.js'

/** Pictures that took so long each, one after the other. */
function watch(times, judge = begin(), at = 0) {
  for (const took of times) judge = take(judge, took, (at += took))
  return { judge, at }
}
const many = (count, ms) => Array(count).fill(ms)

describe('a device that blurs', () => {
  test('is tried on a few pictures before anybody sees one', () => {
    const { judge, at } = watch(many(15, 20))
    assert.equal(verdict(judge, at, true), 'trying')
    const more = watch([20], judge, at)
    assert.equal(verdict(more.judge, more.at, true), 'fine')
  })

  test('that is too slow is told at once, its first slow pictures not counted', () => {
    const slow = watch(many(16, 150))
    assert.equal(verdict(slow.judge, slow.at, true), 'slow')
    const warm = watch([...many(4, 900), ...many(12, 30)])
    assert.equal(verdict(warm.judge, warm.at, true), 'fine')
  })

  test('may be slow for a moment later on, but not for six seconds', () => {
    const good = watch(many(30, 30))
    const moment = watch(many(20, 200), good.judge, good.at)
    assert.equal(verdict(moment.judge, moment.at, false), 'fine')
    const lasting = watch(many(40, 200), moment.judge, moment.at)
    assert.equal(verdict(lasting.judge, lasting.at, false), 'slow')
    const better = watch(many(25, 30), lasting.judge, lasting.at)
    assert.equal(verdict(better.judge, better.at, false), 'fine')
  })
})

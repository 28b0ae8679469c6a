// How much of the booked time is left: said for a minute at each moment the clinic chose, and at the end.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { timeLeft } from '../../web/static/js/call/time.js'

const ENDS = Date.parse('2026-03-09T14:50:00Z')
const at = (minutes, marks = [10, 5]) => timeLeft(ENDS - minutes * 60_000, ENDS, marks)

describe('time left', () => {
  test('ten minutes before, five minutes before, and at the end', () => {
    assert.equal(at(10.01), null)
    assert.deepEqual(at(10), { key: 'left.soon', minutes: 10 })
    assert.deepEqual(at(9.1), { key: 'left.soon', minutes: 10 })
    assert.equal(at(9), null)
    assert.deepEqual(at(5), { key: 'left.soon', minutes: 5 })
    assert.deepEqual(at(0), { key: 'left.over', minutes: 0 })
  })

  test('a page that was opened again says nothing late, and of two moments the nearer one', () => {
    assert.equal(at(3), null)
    assert.deepEqual(at(9.5, [10, 9.5]), { key: 'left.soon', minutes: 9.5 })
  })

  test('the end stays readable for five minutes and no longer', () => {
    assert.deepEqual(at(-4.9), { key: 'left.over', minutes: 0 })
    assert.equal(at(-5), null)
  })

  test('a clinic that wants no warnings hears of the end alone', () => {
    assert.equal(at(5, []), null)
    assert.deepEqual(at(0, []), { key: 'left.over', minutes: 0 })
  })
})

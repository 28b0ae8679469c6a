import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { FRESH, answered, found, kept, level, met, told } from '../../web/static/js/call/pins.js'

const first = { own: 'a', theirs: 'b' }
const outcome = { words: ['oval', 'moon', 'fern', 'tiger'], digits: '123 456 789', pair: first }
const compared = answered(found(met(FRESH, first, 'laptop'), outcome), true)

describe('what the page may say', () => {
  test('nothing to compare, not compared yet, end-to-end', () => {
    assert.equal(level(FRESH), 'plain')
    assert.equal(level(met(FRESH, first, 'laptop')), 'plain')
    assert.equal(level(found(met(FRESH, first, 'laptop'), outcome)), 'new')
    assert.equal(level(compared), 'compared')
  })

  test('compared outlives a rebuilt connection, new words and a reload', () => {
    const again = { ...FRESH, ...kept(found(met(compared, { ...first }, 'laptop'), { ...outcome, words: ['rope'] })) }
    assert.equal(level(met(again, first, 'laptop')), 'compared')
  })

  test('another certificate on either side undoes it, until the words are compared again', () => {
    for (const pair of [{ own: 'a', theirs: 'x' }, { own: 'x', theirs: 'b' }]) {
      const changed = met(compared, pair, 'laptop')
      assert.equal(level(changed), 'changed')
      assert.equal(level(found(changed, outcome)), 'changed')
      assert.equal(level(answered(changed, true)), 'compared')
    }
  })

  test('a change is an alarm where nobody compared anything, too', () => {
    assert.equal(level(met(met(FRESH, first, 'laptop'), { own: 'a', theirs: 'x' }, 'laptop')), 'changed')
  })

  test('a device that was announced asks to compare again, and hides no alarm', () => {
    const other = { own: 'a', theirs: 'x' }
    assert.equal(level(met(compared, other, 'phone')), 'moved')
    assert.equal(level(found(met(met(FRESH, first, 'laptop'), other, 'phone'), outcome)), 'new')
    assert.equal(level(met(met(compared, { own: 'a', theirs: 'y' }, 'laptop'), other, 'phone')), 'changed')
  })

  test('another window with the same certificate changes nothing but its name', () => {
    assert.deepEqual(met(compared, first, 'second window'), { ...compared, page: 'second window' })
  })

  test('the other page saw a change, somebody breaks the rules, the words differ', () => {
    assert.equal(level(told(compared)), 'changed')
    assert.equal(level(found(compared, null)), 'broken')
    assert.equal(level(told(found(compared, null))), 'broken')
    assert.equal(level(answered(compared, false)), 'differs')
    assert.equal(level(found(answered(compared, false), outcome)), 'differs')
  })
})

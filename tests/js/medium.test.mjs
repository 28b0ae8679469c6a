// How the two meet: what a press and what the server says close, open and say.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { LADDER, allows, begin, offersPhone, shown, step } from '../../web/static/js/call/medium.js'

const walk = (...events) => events.reduce(({ state }, event) => step(state, event), { state: begin(), effects: [] })
const wish = (medium) => ({ type: 'wish', medium })
const told = (medium, number, mine = false) => ({ type: 'told', medium, number, mine })
const does = ({ effects }) => effects.map((one) => [one.do, one.kind ?? one.medium ?? one.key ?? one.focus].filter((value) => value !== undefined).join(' '))

describe('a press', () => {
  test('counts here at once, also while the clinic cannot be reached', () => {
    const { state, effects } = walk(wish('phone'))
    assert.equal(shown(state), 'phone')
    assert.deepEqual(does({ effects }), ['close mic', 'close camera', 'close screen', 'ask phone'])
  })

  test('down to sound closes the camera alone', () => assert.deepEqual(does(walk(wish('sound'))), ['close camera', 'ask sound']))

  test('to text puts the chat in the place of the picture, and the field is ready', () => {
    assert.deepEqual(does(walk(wish('text'))), ['close mic', 'close camera', 'close screen', 'write true', 'ask text'])
  })

  test('back up opens the own devices', () => {
    assert.deepEqual(does(walk(wish('sound'), wish('video'))), ['open camera', 'ask video'])
    assert.deepEqual(does(walk(told('text', 1), wish('video'))), ['unwrite', 'open mic', 'open camera', 'ask video'])
  })

  test('on what is so already does nothing', () => assert.deepEqual(walk(told('sound', 1), wish('sound')).effects, []))

  test('says what it had seen, so that a wish said again undoes no later choice', () => {
    assert.equal(walk(told('sound', 4), wish('text')).effects.at(-1).seen, 4)
  })

  test('that was refused is taken back, and closes what it had opened', () => {
    const { state, effects } = walk(told('text', 2), wish('video'), { type: 'refused' })
    assert.equal(shown(state), 'text')
    assert.deepEqual(does({ effects }), ['close mic', 'close camera', 'close screen', 'write false'])
  })
})

describe('what the server says', () => {
  test('of the other side is followed down, and said in words', () => {
    assert.deepEqual(does(walk(told('sound', 1))), ['close camera', 'say turn.sound'])
    assert.deepEqual(does(walk(told('phone', 1))), ['close mic', 'close camera', 'close screen', 'say turn.phone'])
    assert.deepEqual(does(walk(told('text', 1))), ['close mic', 'close camera', 'close screen', 'write false', 'say turn.text'])
  })

  test('never opens a device of this side, from any step to any other', () => {
    for (const from of LADDER) {
      for (const to of LADDER) {
        for (const mine of [true, false]) {
          const { effects } = walk(told(from, 1), told(to, 2, mine))
          assert.equal(effects.some((one) => one.do === 'open'), false, `${from} ${to}`)
        }
      }
    }
  })

  test('upwards is said with what stays off', () => {
    const { state, effects } = walk(told('text', 1), told('video', 2))
    assert.deepEqual(does({ effects }), ['unwrite', 'say turn.video.up'])
    assert.equal(state.up, true)
    assert.equal(step(state, wish('video')).state.up, false)
  })

  test('about the own choice is no news', () => {
    const { state, effects } = walk(wish('sound'), told('sound', 1, true))
    assert.deepEqual([state.wish, state.number, effects], ['', 1, []])
  })

  test('late counts for nothing: an older number, and the same one twice', () => {
    for (const number of [1, 2]) assert.deepEqual(walk(told('text', 2), told('video', number)).effects, [])
  })

  test('of another choice takes the own wish back', () => {
    const { state } = walk(wish('sound'), told('phone', 1))
    assert.equal(shown(state), 'phone')
    assert.equal(state.wish, '')
  })

  test('to a page that was opened again closes what it may have opened', () => {
    assert.deepEqual(does(walk(told('phone', 7, true))), ['close mic', 'close camera', 'close screen'])
  })
})

test('sound alone allows a microphone and a shared screen; text and phone allow nothing', () => {
  const table = LADDER.map((medium) => ['mic', 'camera', 'screen'].filter((kind) => allows(medium, kind)).join(' '))
  assert.deepEqual(table, ['mic camera screen', 'mic screen', '', ''])
})

describe('the phone is offered by the page', () => {
  const offers = (change) => offersPhone({ medium: 'video', live: true, waitsSince: 0, now: 100_000, noMic: false, ...change })

  test('when sound and picture do not come for a quarter of a minute', () => {
    assert.equal(offers({ waitsSince: 85_001 }), false)
    assert.equal(offers({ waitsSince: 85_000 }), true)
  })

  test('when there is no microphone to be had', () => assert.equal(offers({ noMic: true }), true))

  test('never by phone already, in writing, or outside the session', () => {
    assert.equal(offers({ noMic: true, medium: 'phone' }), false)
    assert.equal(offers({ noMic: true, medium: 'text', waitsSince: 1 }), false)
    assert.equal(offers({ noMic: true, live: false }), false)
  })
})

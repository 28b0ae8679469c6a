import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { describe, test } from 'node:test'

import { start } from '../../web/static/js/call/room.js'
import { HELP, elapsed, initials, meanwhile, sentence } from '../../web/static/js/call/sentences.js'

const mara = { peer: 'm', role: 'therapist', name: 'Mara', present: true, mic: true, camera: true, screen: false, epoch: 3 }
const live = { ...start('patient'), standing: 'live', socket: 'open', peers: { m: mara } }
const media = { flow: 'flowing', brokeAt: 0, unheard: false, phone: false, mine: { mic: true, camera: true } }
const say = (state = {}, more = {}) => sentence({ ...live, ...state }, { ...media, ...more })
const them = (change) => ({ peers: { m: { ...mara, ...change } } })

describe('between two people', () => {
  test('sound first, then the picture, on both sides', () => {
    assert.deepEqual(say(), { key: 'heard.both', name: 'Mara' })
    assert.equal(say({}, { mine: { mic: false, camera: true } }).key, 'hear.both')
    assert.equal(say(them({ mic: false })).key, 'muted.both')
    assert.equal(say(them({ mic: false, camera: false }), { mine: { mic: false, camera: false } }).key, 'silent.none')
    assert.equal(say(them({ camera: false })).key, 'heard.mine')
    assert.equal(say(them({ camera: false, screen: true })).key, 'heard.both')
  })

  test('before the first sound, after the last, and while they are away', () => {
    assert.equal(say({}, { flow: 'connecting' }).key, 'connecting')
    assert.deepEqual(say({}, { flow: 'connecting', brokeAt: 7 }), { key: 'mending', name: 'Mara', at: 7 })
    assert.equal(say(them({ present: false }), { flow: 'connecting' }).key, 'away')
    assert.equal(say(them({ present: false })).key, 'heard.both')
    assert.equal(say({ peers: {} }, { flow: 'none' }).key, 'alone')
    const missing = { name: 'Mara', at: 7 }
    assert.deepEqual(say({ peers: {}, missing }, { flow: 'none' }), { key: 'gone', name: 'Mara', at: 7 })
    assert.deepEqual(say({ peers: {}, missing: { ...missing, at: 0 } }, { flow: 'none' }), { key: 'away', name: 'Mara' })
    assert.equal(say({ missing }).key, 'heard.both', 'who is there is not missed')
  })

  test('a picture that is held back for the sound is told to both, and who cannot be heard is still told so', () => {
    assert.deepEqual(say({}, { video: 'paused' }), { key: 'paused.mine', name: 'Mara' })
    assert.deepEqual(say(them({ video: 'paused' })), { key: 'paused.theirs', name: 'Mara' })
    assert.equal(say(them({ video: 'paused' }), { video: 'paused' }).key, 'paused')
    assert.equal(say(them({ video: 'reduced' })).key, 'less')
    assert.equal(say(them({ video: 'paused' }), { mine: { mic: false, camera: true } }).key, 'paused.theirs.unheard')
    assert.equal(say(them({ video: 'reduced' }), { mine: { mic: false, camera: true } }).key, 'hear.both')
    assert.equal(say(them({ mic: false, video: 'paused' })).key, 'muted.both')
    assert.equal(say({}, { video: 'paused', mine: { mic: true, camera: false } }).key, 'heard.theirs')
    assert.equal(say(them({ camera: false, video: 'paused' })).key, 'heard.mine')
  })

  test('nobody is told that sound is good while words get lost', () => {
    assert.equal(say({}, { sound: 'weak' }).key, 'weak')
    assert.equal(say(them({ video: 'paused' }), { sound: 'weak' }).key, 'weak.less')
  })

  test('sound that is kept back comes before all that is fine', () => {
    assert.equal(say({}, { unheard: true }).key, 'unheard')
  })
})

describe('between the page and the server', () => {
  const lost = { socket: 'lost', lostAt: 5 }

  test('a call that goes on is not called lost', () => {
    assert.deepEqual(say(lost), { key: 'lost.flowing', at: 5 })
  })

  test('what is so between the two is said beside it, and only there', () => {
    const away = { ...live, ...lost, ...them({ mic: false }) }
    assert.deepEqual(meanwhile(away, media, 'lost.flowing'), { key: 'muted.both', name: 'Mara' })
    for (const key of ['lost', 'heard.both', 'refused']) assert.equal(meanwhile(away, media, key), null)
  })

  test('a lost call says since when, and the number to call where there is one', () => {
    assert.deepEqual(say(lost, { flow: 'connecting', brokeAt: 4 }), { key: 'lost', at: 4 })
    assert.equal(say(lost, { flow: 'none', phone: true }).key, 'lost.phone')
    assert.equal(say({ ...lost, standing: 'waiting' }).key, 'lost.waiting')
  })

  test('elsewhere, refused and over are said as they are', () => {
    assert.equal(say({ socket: 'elsewhere' }).key, 'elsewhere')
    assert.equal(say({ socket: 'taken' }).key, 'taken')
    assert.equal(say({ socket: 'refused' }).key, 'refused.flowing')
    assert.equal(say({ socket: 'refused' }, { flow: 'none' }).key, 'refused')
    assert.equal(say({ ended: true }).key, 'ended')
    assert.equal(say({ goneAt: 5, told: true }).key, 'left')
    assert.deepEqual(say({ goneAt: 5, told: false, socket: 'lost' }), { key: 'left.untold', at: 5 })
    assert.equal(say({ standing: 'held' }).key, 'held')
  })
})

test('every sentence that can be said has words in the page', async () => {
  const page = await readFile(new URL('../../web/templates/visit/parts/call_words.html', import.meta.url), 'utf8')
  const said = ['alone', 'connecting', 'mending', 'away', 'gone', 'unheard', 'lost', 'lost.phone', 'lost.flowing', 'lost.waiting',
    'refused', 'refused.flowing', 'waiting', 'held', 'elsewhere', 'ended', 'left', 'left.untold', 'mic.lost', 'mic.other', 'camera.lost', ...Object.keys(HELP)]
  for (const sound of ['heard', 'hear', 'muted', 'silent']) {
    for (const picture of ['both', 'theirs', 'mine', 'none']) said.push(`${sound}.${picture}`)
  }
  for (const key of said) assert.ok(page.includes(`'${key}': _(`), key)
})

test('the time since, and the letters of a name', () => {
  assert.equal(elapsed(845_000), '14:05')
  assert.equal(elapsed(3_725_000), '1:02:05')
  assert.equal(elapsed(-4000), '00:00')
  assert.equal(initials('Jo Almeida'), 'JA')
  assert.equal(initials('  madonna '), 'M')
  assert.equal(initials('Ana Maria de Sousa'), 'AS')
  assert.equal(initials(''), '')
})

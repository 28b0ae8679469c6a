import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { begin, faceOf } from '../../web/static/js/call/face.js'
import { start } from '../../web/static/js/call/room.js'
import { socketAddress } from '../../web/static/js/call/world.js'
import { clock } from '../../web/static/js/lib/wall.js'

const words = (key, values = {}) => `${key} ${values.name ?? ''} ${values.at ?? ''}`.trim()
const jo = { peer: 'p', role: 'patient', name: 'Jo', present: true, mic: true, camera: true, screen: false, epoch: 1 }
const live = { ...start('therapist'), standing: 'live', socket: 'open', peers: { p: jo }, links: ['p'] }
const flowing = { ...begin(), flow: 'flowing' }
const more = { words, clock, name: 'Jo', phone: '', mine: { mic: true, camera: true, screen: false }, lost: [], level: 'new', wishes: {} }
const face = (state, page = flowing, given = {}) => faceOf(state, page, { ...more, ...given })

describe('what the page shows', () => {
  test('the stage in the call, the page around it before, and when somebody asks for what lies under it', () => {
    assert.deepEqual([face(live).shown, face(start('patient')).shown, face(live, { ...flowing, apart: true }).shown], [true, false, false])
    assert.equal(face({ ...live, socket: 'elsewhere' }).shown, true)
  })

  test('that another page has the visit is asked in the waiting room while nobody is in a session', () => {
    const taken = { ...start('patient'), socket: 'taken' }
    const asked = face(taken, begin(), { waits: true })
    assert.deepEqual([asked.calm, asked.shown, asked.sentence], [true, false, 'taken.waiting Jo'])
    assert.deepEqual([face(taken).calm, face(taken).shown], [false, true], 'the session runs on the other device')
    const held = face({ ...taken, socket: 'elsewhere', me: 'm', standing: 'held' })
    assert.deepEqual([held.calm, held.shown, held.sentence], [true, false, 'elsewhere.waiting Jo'])
  })

  test('the badge stands only where there is a connection', () => {
    assert.equal(face(live).badge, true)
    assert.equal(face(live, { ...flowing, flow: 'connecting', brokeAt: 1 }).badge, true, 'it is being mended')
    const without = [face({ ...live, socket: 'elsewhere', links: [] }), face({ ...live, links: [] }), face(live, begin())]
    assert.deepEqual(without.map((one) => one.badge), [false, false, false])
  })

  test('nothing is said to be encrypted from end to end where words go another way', () => {
    const by = (medium) => face(live, { ...flowing, medium }, { level: 'compared' }).badge
    assert.deepEqual(['video', 'sound', 'text', 'phone'].map(by), [true, true, false, false])
  })

  test('that somebody uses another device is said once: by the alarm, where there is one', () => {
    const moved = { ...flowing, notice: words('moved', { name: 'Jo' }) }
    assert.equal(face(live, moved).notice, 'moved Jo')
    assert.equal(face(live, moved, { level: 'moved' }).notice, '')
    assert.equal(face(live, { ...flowing, notice: 'another' }, { level: 'moved' }).notice, 'another')
  })

  test('while the server is out of reach, what the two hear and see of each other is said as well', () => {
    const out = { ...live, socket: 'lost', lostAt: 5 }
    assert.equal(face({ ...out, peers: { p: { ...jo, mic: false } } }).notice, 'muted.both Jo')
    assert.equal(face(out, { ...flowing, notice: 'first' }).notice, 'first')
    assert.equal(face(live).notice, '')
  })

  test('no place for a picture that the other side holds back', () => {
    assert.equal(face(live).theirs.camera, true)
    assert.equal(face({ ...live, peers: { p: { ...jo, video: 'paused' } } }).theirs.camera, false)
    assert.equal(face({ ...live, peers: { p: { ...jo, camera: false } } }).theirs.camera, false)
  })

  test('what does not leave this side, with a button for each, unless there is something newer to say', () => {
    const lost = face(live, flowing, { lost: ['mic', 'camera'] })
    assert.equal(lost.notice, 'mic.lost Jo camera.lost Jo')
    assert.ok(['mic-again', 'camera-again'].every((help) => lost.help.includes(help)))
    assert.equal(face(live, { ...flowing, notice: 'moved' }, { lost: ['mic'] }).notice, 'moved')
  })

  test('what can be pressed when the certificates are others than before', () => {
    assert.ok(face(live, flowing, { level: 'changed' }).help.includes('compare'))
    assert.ok(!face(live).help.includes('compare'))
  })

  test('the time at which sound and picture stopped, as a clock of 24 hours with Latin digits', () => {
    const broke = face(live, { ...flowing, flow: 'connecting', brokeAt: new Date(2026, 4, 1, 15, 7).getTime() })
    assert.match(broke.sentence, /15:07/)
  })

  test('own picture and keys as they were wished for; shown and on when nobody said', () => {
    assert.deepEqual([face(live).selfView, face(live).keys], [true, true])
    const wishes = { selfView: false, keys: false }
    assert.deepEqual([face(live, flowing, { wishes }).selfView, face(live, flowing, { wishes }).keys], [false, false])
  })
})

test('the socket has the place of the page, and its safety', () => {
  assert.equal(socketAddress('/signal', 'https://clinic.example/visit/1?a=b'), 'wss://clinic.example/signal')
  assert.equal(socketAddress('/signal', 'http://localhost:8000/visit/1'), 'ws://localhost:8000/signal')
})

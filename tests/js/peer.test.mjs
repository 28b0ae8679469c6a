import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'

import { openLink } from '../../web/static/js/call/peer.js'
import { Clock, Connection, settled } from './connections.mjs'

const mic = (id) => ({ kind: 'audio', id })
const camera = (id) => ({ kind: 'video', id })

/** One end: what it sends waits in `out` until the test carries it over. */
class End {
  out = []
  said = []
  heard = true
  tracks
  #number = 0
  constructor(polite, tracks, clock) {
    this.tracks = tracks
    this.link = openLink({
      polite, number: () => (this.#number += 1), config: () => ({ iceServers: [] }), tracks: () => this.tracks,
      send: (signal) => this.out.push(structuredClone(signal)), heard: () => this.heard, emit: (event) => this.said.push(event),
      world: { RTCPeerConnection: Connection, MediaStream: class {}, later: clock.later, cancel: clock.cancel },
    })
    this.pc = Connection.all.at(-1)
  }
  get flow() { return this.said.findLast((event) => event.type === 'flow').flow }
  sees(kind) { return this.said.findLast((event) => event.type === 'track' && event.kind === kind)?.track.id }
}

let clock, therapist, patient
beforeEach(() => {
  Connection.all = []
  clock = new Clock()
  therapist = new End(false, { mic: mic('tm'), camera: camera('tc') }, clock)
  patient = new End(true, { mic: mic('pm'), camera: camera('pc') }, clock)
})

/** Carries everything over, back and forth, until both are silent. */
async function carry() {
  for (let round = 0; round < 20; round += 1) {
    await settled()
    const [there, back] = [therapist.out.splice(0), patient.out.splice(0)]
    if (!there.length && !back.length) return
    for (const signal of there) patient.link.receive(signal)
    for (const signal of back) therapist.link.receive(signal)
  }
  assert.fail('they never stop talking')
}

async function talk() {
  therapist.link.offer()
  patient.link.listen()
  await carry()
}

const made = () => Connection.all.length

describe('the first agreement', () => {
  test('each sees and hears the other over one connection each', async () => {
    await talk()
    assert.deepEqual([therapist.sees('mic'), therapist.sees('camera')], ['pm', 'pc'])
    assert.deepEqual([patient.sees('mic'), patient.sees('camera')], ['tm', 'tc'])
    assert.deepEqual([therapist.flow, patient.flow, made()], ['flowing', 'flowing', 2])
  })

  test('lines are open for those who have nothing yet, so turning on needs no new agreement', async () => {
    patient.tracks = {}
    await talk()
    patient.link.set('camera', camera('late'))
    await carry()
    assert.equal(Connection.all[1].lines[1].sender.track.id, 'late')
    assert.equal(Connection.all[1].lines[1].direction, 'sendrecv')
    assert.deepEqual(patient.out, [])
  })

  test('a candidate never comes before its description', async () => {
    therapist.link.offer()
    await settled()
    assert.deepEqual(therapist.out.map((signal) => signal.kind), ['offer', 'candidate'])
  })

  test('of two first offers the polite side takes its own back, and one call comes of it', async () => {
    therapist.link.offer()
    patient.link.offer()
    await carry()
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
    assert.equal(made(), 3)
    assert.equal(Connection.all[0].signalingState, 'stable')
    assert.equal(Connection.all[2].candidates.length, 1)
    assert.equal(Connection.all[0].candidates.length, 1)
  })

  test('two who both wait do not wait for ever', async () => {
    therapist.link.listen()
    patient.link.listen()
    await clock.pass(2000)
    await carry()
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
  })
})

describe('coming back', () => {
  beforeEach(talk)

  test('a fresh page is met with a fresh connection, and old signals are not looked at', async () => {
    const old = { stream: 'call', kind: 'answer', body: { sdp: '[]' }, attempt: 1 }
    therapist.link.renew(true)
    therapist.link.receive(old)
    await carry()
    assert.equal(made(), 4)
    assert.equal(Connection.all[0].connectionState, 'closed')
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
  })

  test('a mended link that flows is left alone', async () => {
    therapist.link.mend()
    patient.link.mend()
    await carry()
    assert.equal(made(), 2)
  })

  test('a mended link that does not flow is built anew, also when both do it at once', async () => {
    for (const one of [...Connection.all]) one.become('disconnected')
    therapist.link.mend()
    patient.link.mend()
    await carry()
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
  })

  test('an offer that may have been lost is said again', async () => {
    therapist.link.set('screen', camera('screen'))
    await settled()
    const [lost] = therapist.out.splice(0)
    assert.equal(lost.kind, 'offer')
    therapist.link.mend()
    await carry()
    assert.equal(patient.sees('screen'), 'screen')
  })

  test('their end is an end', async () => {
    patient.link.receive({ stream: 'call', kind: 'end', body: {}, attempt: 1 })
    await settled()
    assert.equal(patient.flow, 'none')
    assert.equal(Connection.all[1].connectionState, 'closed')
  })
})

describe('silence', () => {
  beforeEach(talk)

  test('a new path is looked for after two seconds, a new connection made when that does not help', async () => {
    const [first] = Connection.all
    first.become('disconnected')
    await clock.pass(1999)
    assert.equal(first.restarts, 0)
    await clock.pass(1)
    assert.equal(first.restarts, 1)
    await clock.pass(8000)
    await carry()
    assert.equal(first.connectionState, 'closed')
    assert.equal(therapist.flow, 'flowing')
  })

  test('a short silence is nothing', async () => {
    const [first] = Connection.all
    first.become('disconnected')
    first.become('connected')
    await clock.pass(10_000)
    assert.equal(first.restarts, 0)
  })

  test('nothing is thrown away while the other side cannot be told', async () => {
    const [first] = Connection.all
    therapist.heard = false
    first.become('failed')
    assert.equal(first.restarts, 1)
    await clock.pass(60_000)
    assert.equal(first.connectionState, 'failed')
    therapist.heard = true
    await clock.pass(2000)
    assert.equal(first.connectionState, 'closed')
  })
})

test('the screen has a line of its own and gives it back', async () => {
  await talk()
  patient.link.set('screen', camera('ps'))
  await carry()
  assert.equal(therapist.sees('screen'), 'ps')
  assert.equal(therapist.sees('camera'), 'pc')
  patient.link.set('screen', null)
  patient.link.set('screen', camera('again'))
  await carry()
  assert.equal(Connection.all[1].lines.length, 3)
  assert.equal(Connection.all[1].lines[2].sender.track.id, 'again')
})

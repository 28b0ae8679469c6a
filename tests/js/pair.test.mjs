import assert from 'node:assert/strict'
import { beforeEach, describe, test } from 'node:test'

import { openPair } from '../../web/static/js/call/pair.js'
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
    this.link = openPair({
      polite, number: () => (this.#number += 1), config: () => ({ iceServers: [] }), tracks: () => this.tracks,
      send: (signal) => this.out.push(structuredClone(signal)), heard: () => this.heard, emit: (event) => this.said.push(event),
      world: { RTCPeerConnection: Connection, now: () => clock.now, later: clock.later, cancel: clock.cancel },
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

/** Carries everything over, back and forth, until both are silent; what does not pass is lost. */
async function carry(passes = () => true) {
  for (let round = 0; round < 20; round += 1) {
    await settled()
    const [there, back] = [therapist.out.splice(0), patient.out.splice(0)]
    if (!there.length && !back.length) return
    for (const signal of there.filter(passes)) patient.link.receive(signal)
    for (const signal of back.filter(passes)) therapist.link.receive(signal)
  }
  assert.fail('they never stop talking')
}

async function talk() {
  therapist.link.offer()
  patient.link.listen()
  await carry()
}

const made = () => Connection.all.length
const open = () => Connection.all.filter((one) => one.connectionState !== 'closed')

function silence(connection, state) {
  connection.alive = false
  if (state) connection.become(state)
}

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

  test('where nothing flows a second connection replaces the first, also when both begin one at once', async () => {
    for (const one of [...Connection.all]) silence(one, 'disconnected')
    therapist.link.mend()
    patient.link.mend()
    await carry()
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
    assert.equal(open().length, 2)
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

  test('the end of the only connection begins a new one', async () => {
    silence(Connection.all[0])
    patient.link.receive({ stream: 'call', kind: 'end', body: {}, attempt: 1 })
    await clock.pass(2000)
    await carry()
    await clock.pass(9000)
    assert.deepEqual([therapist.flow, patient.flow, open().length], ['flowing', 'flowing', 2])
    assert.equal(Connection.all[1].connectionState, 'closed')
  })
})

describe('silence', () => {
  beforeEach(talk)
  const all = () => { for (const one of Connection.all) silence(one) }

  test('after two seconds a second connection is made beside the first, and the first ends when the second speaks', async () => {
    await clock.pass(5000)
    all()
    await clock.pass(1600)
    assert.deepEqual([therapist.flow, made()], ['flowing', 2])
    await clock.pass(700)
    assert.deepEqual([therapist.flow, made()], ['connecting', 3])
    assert.equal(Connection.all[0].connectionState, 'connected')
    await carry()
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
    assert.deepEqual(open(), Connection.all.slice(2))
    assert.deepEqual([therapist.sees('mic'), patient.sees('mic'), therapist.sees('camera')], ['pm', 'tm', 'pc'])
  })

  test('it asks after the socket before it gives the path up', async () => {
    await clock.pass(5000)
    all()
    await clock.pass(1100)
    assert.equal(therapist.said.filter((event) => event.type === 'silent').length, 1)
  })

  test('one that speaks again first is kept, and the second goes', async () => {
    await clock.pass(5000)
    all()
    await clock.pass(2200)
    therapist.out.length = 0
    for (const one of Connection.all.slice(0, 2)) one.alive = true
    await clock.pass(500)
    await carry()
    assert.deepEqual([therapist.flow, patient.flow], ['flowing', 'flowing'])
    assert.deepEqual(open(), Connection.all.slice(0, 2))
  })

  test('both notice at once: one second connection on each side stays', async () => {
    await clock.pass(5000)
    all()
    await clock.pass(3000)
    assert.equal(made(), 4)
    await carry()
    await clock.pass(1000)
    await carry()
    assert.deepEqual([therapist.flow, patient.flow, open().length], ['flowing', 'flowing', 2])
    assert.ok(!open().includes(Connection.all[0]) && !open().includes(Connection.all[1]))
  })

  test('a word that was lost on the way is said again when the room is back', async () => {
    await clock.pass(5000)
    all()
    await clock.pass(2300)
    therapist.out.length = 0
    therapist.link.mend()
    await carry()
    assert.deepEqual([therapist.flow, patient.flow, open().length], ['flowing', 'flowing', 2])
  })

  test('who is not told that a connection ended notices it by its silence', async () => {
    await clock.pass(5000)
    all()
    await clock.pass(2300)
    await carry((signal) => signal.kind !== 'end')
    assert.equal(open().length, 3)
    await clock.pass(8000)
    await carry()
    assert.deepEqual([patient.flow, open().length], ['flowing', 2])
  })

  test('a second that does not come about is tried again, ever more slowly', async () => {
    await clock.pass(5000)
    all()
    patient.link.receive = () => {}
    await clock.pass(60_000)
    assert.ok(made() >= 6 && made() <= 10, String(made()))
    assert.ok(open().length <= 4)
  })

  test('nothing is begun while the other side cannot be told', async () => {
    await clock.pass(5000)
    all()
    therapist.heard = patient.heard = false
    await clock.pass(60_000)
    assert.equal(made(), 2)
    therapist.heard = true
    await clock.pass(300)
    assert.equal(made(), 3)
  })

  test('a new network looks for a new path before the old one dies', async () => {
    patient.link.shift()
    assert.equal(Connection.all[1].restarts, 1)
  })

  test('a call that is over watches nothing', async () => {
    for (const one of [therapist, patient]) one.link.end()
    await clock.pass(60_000)
    assert.deepEqual([made(), open().length, therapist.flow], [2, 0, 'none'])
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

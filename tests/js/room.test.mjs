import assert from 'node:assert/strict'
import { describe, test } from 'node:test'

import { mayOpen, other, phase, start, step } from '../../web/static/js/call/room.js'

const mara = { peer: 'm', role: 'therapist', name: 'Mara', present: true, mic: true, camera: true, screen: false, epoch: 3 }
const jo = { peer: 'j', role: 'patient', name: 'Jo', present: true, mic: true, camera: true, screen: false, epoch: 7 }
const welcome = { type: 'welcome', seq: 1, peer: 'j', role: 'patient', epoch: 7, state: 'waiting', ping_every_ms: 15000 }
const admitted = (you, peers, more = {}) => ({
  type: 'admitted', seq: 2, you, peers, ice: [], relay_only: false, chat: [], since: '2026-03-02T09:00:00Z', ...more,
})
const toJo = (peers = [mara], more = {}) => admitted({ peer: 'j', role: 'patient', polite: true }, peers, more)
const toMara = (peers = [], more = {}) => admitted({ peer: 'm', role: 'therapist', polite: false }, peers, more)

/** Walks events; gives the last state and all effects of the last event. */
function walk(role, ...events) {
  let result = { state: start(role), effects: [] }
  for (const event of events) result = step(result.state, event)
  return result
}

/** The same from a state. */
const walkOn = (state, ...events) => events.reduce((result, event) => step(result.state, event), { state, effects: [] })

describe('waiting', () => {
  test('a welcome tells the own devices and makes no connection', () => {
    const { state, effects } = walk('patient', welcome)
    assert.equal(phase(state), 'waiting')
    assert.deepEqual(effects, [{ do: 'tell media' }])
  })

  test('a lost socket is lost since the first moment, and over with the next welcome', () => {
    const { state } = walk('patient', welcome, { type: 'socket.lost', at: 5 }, { type: 'socket.lost', at: 9 })
    assert.equal(phase(state), 'lost')
    assert.equal(state.lostAt, 5)
    assert.equal(phase(step(state, welcome).state), 'waiting')
  })

  test('unknown messages change nothing', () => {
    const before = walk('patient', welcome).state
    assert.deepEqual(step(before, { type: 'constructor' }), { state: before, effects: [] })
  })
})

describe('admission', () => {
  test('both connect at once, and the therapist speaks', () => {
    const { state, effects } = walk('patient', welcome, toJo())
    assert.equal(phase(state), 'live')
    assert.deepEqual(effects.filter((one) => one.do === 'link'), [{ do: 'link', peer: 'm', offer: false }])
    assert.equal(other(state).name, 'Mara')
    assert.deepEqual(walk('therapist', toMara([jo])).effects[0], { do: 'link', peer: 'j', offer: true })
  })

  test('nobody connects to a person who is away', () => {
    const { state, effects } = walk('patient', welcome, toJo([{ ...mara, present: false }]))
    assert.equal(effects.some((one) => one.do === 'link'), false)
    assert.deepEqual(state.links, [])
  })

  test('the host waits alone, and goes live when the patient comes', () => {
    const alone = walk('therapist', { ...welcome, peer: 'm', role: 'therapist' }, toMara())
    assert.equal(phase(alone.state), 'waiting')
    const { state, effects } = step(alone.state, { type: 'peer', seq: 3, ...jo })
    assert.equal(phase(state), 'live')
    assert.deepEqual(effects, [{ do: 'link', peer: 'j', offer: true }])
  })

  test('somebody who was away is connected to when they come', () => {
    const { effects } = walk('patient', welcome, toJo([{ ...mara, present: false }]), { type: 'peer', ...mara, epoch: 4 })
    assert.deepEqual(effects, [{ do: 'link', peer: 'm', offer: false }])
  })

  test('a second admission mends what is there and makes nothing new', () => {
    const { state, effects } = walk('patient', welcome, toJo(), { type: 'socket.lost', at: 1 }, welcome, toJo())
    assert.deepEqual(effects.filter((one) => one.peer), [{ do: 'mend', peer: 'm' }])
    assert.deepEqual(state.links, ['m'])
  })

  test('a link to somebody who left meanwhile is closed', () => {
    const { effects } = walk('patient', welcome, toJo(), { type: 'socket.lost', at: 1 }, welcome, toJo([]))
    assert.deepEqual(effects.filter((one) => one.peer), [{ do: 'unlink', peer: 'm' }])
  })
})

describe('in the call', () => {
  const live = walk('therapist', { ...welcome, peer: 'm', role: 'therapist', epoch: 3 }, toMara([jo])).state

  test('media of the other side is kept as a whole and makes no second link', () => {
    const { state, effects } = step(live, { type: 'peer', ...jo, camera: false })
    assert.equal(state.peers.j.camera, false)
    assert.deepEqual(effects, [])
  })

  test('news of an older page of the same person is dropped', () => {
    const { state } = step(live, { type: 'peer', ...jo, epoch: 6, camera: false })
    assert.equal(state.peers.j.camera, true)
    assert.deepEqual(step(live, { type: 'signal', from: 'j', epoch: 6, kind: 'offer' }).effects, [])
  })

  test('a dropped person keeps the link: media outlives a socket', () => {
    const { state, effects } = step(live, { type: 'peer', ...jo, present: false })
    assert.deepEqual(effects, [])
    assert.deepEqual(state.links, ['j'])
    assert.equal(phase(state), 'live')
  })

  test('whoever left is unlinked, and the host waits again', () => {
    const { state, effects } = step(live, { type: 'left', peer: 'j' })
    assert.deepEqual(effects, [{ do: 'unlink', peer: 'j' }])
    assert.equal(phase(state), 'waiting')
  })

  test('a connection was lost when it was, and not when the room stopped waiting for it', () => {
    const gone = step(live, { type: 'peer', ...jo, present: false, at: 5 }).state
    assert.equal(step(gone, { type: 'left', peer: 'j', reason: 'lost', at: 25 }).state.missing.at, 5)
  })

  test('whoever lost the connection is awaited in the session, since when and by name, until they are back', () => {
    const lost = step(live, { type: 'left', peer: 'j', reason: 'lost', at: 9 }).state
    assert.deepEqual([phase(lost), lost.missing, lost.links], ['live', { name: jo.name, at: 9 }, []])
    const again = walkOn(lost, { type: 'socket.lost', at: 11 }, toMara([])).state
    assert.deepEqual([again.standing, again.missing], ['live', { name: jo.name, at: 9 }], 'our own socket changes nothing')
    assert.equal(step(lost, { type: 'peer', ...jo, epoch: 9 }).state.missing, null)
    assert.equal(walkOn(lost, { type: 'socket.lost', at: 11 }, toMara([jo])).state.missing, null)
    assert.equal(step(lost, { type: 'state', state: 'waiting' }).state.missing, null)
    assert.equal(step(live, { type: 'left', peer: 'j', reason: 'leave' }).state.missing, null, 'who left is not awaited')
  })

  test('a page opens no device once another has the visit, or it has left', () => {
    const may = (...events) => mayOpen(events.reduce((state, event) => step(state, event).state, live))
    assert.deepEqual([may(), may({ type: 'socket.lost', at: 1 })], [true, true])
    assert.deepEqual([may({ type: 'socket.elsewhere' }), may({ type: 'socket.taken' })], [false, false])
    assert.deepEqual([may({ type: 'gone', at: 7, told: false }), may({ type: 'ended' })], [false, false])
    assert.equal(may({ type: 'socket.elsewhere' }, { type: 'socket.again' }), true)
  })

  test('a fresh page of the other side gets a new connection, a resumed one is mended', () => {
    const back = { type: 'peer', ...jo, epoch: 8 }
    assert.deepEqual(step(live, { ...back, had_call: false }).effects, [{ do: 'renew', peer: 'j', offer: true }])
    assert.deepEqual(step(live, { ...back, had_call: true }).effects, [{ do: 'mend', peer: 'j' }])
  })

  test('the call is as old as the later arrival, on both sides', () => {
    const early = { ...live, since: '2026-03-02T09:00:00Z' }
    const joined = step(early, { type: 'peer', ...jo, epoch: 8, since: '2026-03-02T09:07:00.5Z' })
    assert.equal(joined.state.since, '2026-03-02T09:07:00.5Z')
    assert.equal(step(joined.state, { type: 'peer', ...jo, epoch: 8, since: null }).state.since, joined.state.since)
  })

  test('signals go to the link, strangers are not heard', () => {
    const signal = { type: 'signal', from: 'j', epoch: 7, kind: 'offer', attempt: 1, body: {} }
    assert.deepEqual(step(live, signal).effects, [{ do: 'signal', peer: 'j', signal }])
    assert.deepEqual(step(live, { ...signal, from: 'x' }).effects, [])
  })
})

describe('sound outlives sockets', () => {
  const live = walk('therapist', { ...welcome, peer: 'm', role: 'therapist', epoch: 3 }, toMara([jo])).state
  const flowing = step(live, { type: 'link.flow', peer: 'j', flow: 'flowing' }).state

  test('a restarted room that knows nobody yet ends nothing', () => {
    const { state, effects } = walkOn(flowing, { type: 'socket.lost', at: 1 }, toMara([]))
    assert.deepEqual(effects.filter((one) => one.peer), [])
    assert.equal(phase(state), 'lost')
    const back = step(state, { type: 'peer', ...jo, epoch: 8, had_call: true })
    assert.deepEqual(back.effects, [{ do: 'mend', peer: 'j' }])
    assert.equal(other(back.state).unlisted, undefined)
  })

  test('lost for the room but not for us: kept until the sound ends', () => {
    const lost = step(flowing, { type: 'left', peer: 'j', reason: 'lost' })
    assert.deepEqual(lost.effects, [])
    const { state, effects } = step(lost.state, { type: 'link.flow', peer: 'j', flow: 'connecting' })
    assert.deepEqual(effects, [{ do: 'unlink', peer: 'j' }])
    assert.equal(phase(state), 'live', 'who lost the connection is awaited')
    assert.deepEqual(state.missing, { name: jo.name, at: 0 })
  })

  for (const reason of ['leave', 'moved']) {
    test(`${reason} ends what flows`, () => {
      assert.deepEqual(step(flowing, { type: 'left', peer: 'j', reason }).effects, [{ do: 'unlink', peer: 'j' }])
    })
  }
})

describe('out of the call', () => {
  const live = walk('patient', welcome, toJo()).state

  for (const standing of ['waiting', 'held']) {
    test(`${standing} closes every link and forgets the other person`, () => {
      const { state, effects } = step(live, { type: 'state', state: standing, reason: 'sent_back' })
      assert.equal(phase(state), standing)
      assert.deepEqual(state.peers, {})
      assert.ok(effects.some((one) => one.do === 'unlink' && one.peer === 'm'))
    })
  }

  test('taken over elsewhere: links closed, devices released, and a way back', () => {
    const { state, effects } = step(live, { type: 'socket.elsewhere' })
    assert.equal(phase(state), 'elsewhere')
    assert.deepEqual(effects, [{ do: 'unlink', peer: 'm' }, { do: 'release' }])
    assert.deepEqual(step(state, { type: 'socket.again' }).effects, [{ do: 'take over' }])
  })

  test('in use on another page: nothing is open here, and a way to take over', () => {
    const { state, effects } = walk('patient', { type: 'socket.taken' })
    assert.equal(phase(state), 'elsewhere')
    assert.deepEqual(effects, [{ do: 'release' }])
    assert.deepEqual(step(state, { type: 'socket.again' }).effects, [{ do: 'take over' }])
  })

  test('the other person at another device is said, a reload is not', () => {
    const here = walk('patient', welcome, toJo([{ ...mara, page: 'laptop' }])).state
    const effects = (page) => step(here, { type: 'peer', ...mara, epoch: 4, had_call: false, page }).effects.map((one) => one.do)
    assert.ok(effects('phone').includes('moved'))
    assert.ok(!effects('laptop').includes('moved'))
    const again = toJo([{ ...mara, epoch: 4, page: 'phone' }])
    assert.ok(step(here, again).effects.some((one) => one.do === 'moved'))
  })

  test('what the other says past the room holds until either says another thing', () => {
    const muted = step(live, { type: 'their media', media: { mic: false, camera: true, screen: false, video: 'full' } }).state
    assert.deepEqual([other(muted).mic, other(muted).name], [false, 'Mara'])
    assert.equal(other(step(muted, { type: 'socket.lost', at: 5 }).state).mic, false)
    assert.equal(other(step(muted, { type: 'peer', ...mara, mic: true }).state).mic, true)
    const alone = walk('patient', welcome).state
    assert.deepEqual(step(alone, { type: 'their media', media: { mic: true } }).state, alone)
  })

  test('what the other browser proves is handed on, an old page of theirs is not heard', () => {
    const proof = { type: 'trust', from: 'm', step: 'commit', round: 2, value: '00ff', epoch: 3 }
    assert.deepEqual(step(live, proof).effects, [{ do: 'trust', peer: 'm', move: { step: 'commit', round: 2, value: '00ff' } }])
    assert.deepEqual(step(live, { ...proof, epoch: 2 }).effects, [])
    assert.deepEqual(step(live, { ...proof, from: 'x' }).effects, [])
  })

  test('who is refused while waiting opens the page again, a running call is left alone', () => {
    const refused = { type: 'socket.refused', code: 4403, at: 1 }
    assert.deepEqual(walk('patient', welcome, refused).effects, [{ do: 'reopen' }])
    assert.deepEqual(step(live, refused).effects, [])
  })

  test('whoever leaves is gone at once, told or not, and stays gone', () => {
    const { state, effects } = step(live, { type: 'gone', at: 7, told: false })
    assert.deepEqual(effects.map((one) => one.do), ['unlink', 'release'])
    assert.equal(phase(state), 'left')
    assert.equal(phase(step(state, { type: 'socket.lost', at: 9 }).state), 'left')
    assert.equal(step(state, { type: 'gone', at: 9, told: false }).state.goneAt, 7)
  })

  test('ended is the end: later messages change nothing', () => {
    const { state, effects } = step(live, { type: 'ended', reason: 'ended' })
    assert.equal(phase(state), 'ended')
    assert.deepEqual(effects.map((one) => one.do), ['unlink', 'release', 'depart'])
    assert.equal(phase(step(state, welcome).state), 'ended')
  })
})

describe('chat', () => {
  const live = walk('patient', welcome, toJo()).state
  const written = step(live, { type: 'chat.write', id: 'a', text: 'Hello', at: 'now' })

  test('a line is there at once and delivered with its echo, once', () => {
    assert.equal(written.state.chat[0].delivered, false)
    assert.deepEqual(written.effects[1], { do: 'send', message: { type: 'chat', id: 'a', text: 'Hello' } })
    const { state, effects } = step(written.state, { type: 'chat', id: 'a', from: 'j', text: 'Hello', at: 'then' })
    assert.deepEqual(state.chat, [{ id: 'a', from: 'j', text: 'Hello', at: 'then', delivered: true }])
    assert.equal(effects[0].news, false)
  })

  test('a line of the other side is news', () => {
    assert.equal(step(live, { type: 'chat', id: 'b', from: 'm', text: 'Hi', at: 't' }).effects[0].news, true)
  })

  test('what was not delivered when the socket broke is said again, what arrived is not', () => {
    const two = step(written.state, { type: 'chat.write', id: 'b', text: 'Again', at: 'now' }).state
    const arrived = [{ id: 'a', from: 'j', text: 'Hello', at: 't' }]
    const { state, effects } = step(two, toJo([mara], { chat: arrived }))
    assert.deepEqual(state.chat.map((line) => [line.id, line.delivered]), [['a', true], ['b', false]])
    assert.deepEqual(effects.filter((one) => one.do === 'send').map((one) => one.message.id), ['b'])
  })
})

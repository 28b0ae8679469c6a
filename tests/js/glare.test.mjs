import assert from 'node:assert/strict'
import { test } from 'node:test'

import { openLink } from '../../web/static/js/call/peer.js'
import { Clock, Connection, settled } from './connections.mjs'

/** Chance that can be told again. @param {number} seed */
const chance = (seed) => () => ((seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 31)

/** One end of a pair whose signals wait until the test carries them over. */
function end(polite, clock) {
  const out = []
  let number = 0
  const link = openLink({
    polite, number: () => (number += 1), config: () => ({ iceServers: [] }),
    tracks: () => ({ mic: { kind: 'audio', id: `${polite}m` }, camera: { kind: 'video', id: `${polite}c` } }),
    send: (signal) => out.push(structuredClone(signal)), heard: () => true, emit: () => {},
    world: { RTCPeerConnection: Connection, later: clock.later, cancel: clock.cancel },
  })
  return { link, out }
}

test('F12: 200 times both offer at once, and each time one connection stands on either side', async () => {
  for (let seed = 1; seed <= 200; seed += 1) {
    Connection.all = []
    const clock = new Clock()
    const random = chance(seed)
    const sides = [end(false, clock), end(true, clock)]
    for (const one of sides) one.link.offer()
    for (let round = 0; round < 60; round += 1) {
      await settled()
      // Any number of what is under way arrives, in its order, from either side first.
      const first = random() < 0.5 ? 0 : 1
      for (const from of [first, 1 - first]) {
        const some = sides[from].out.splice(0, Math.ceil(random() * 3))
        for (const signal of some) sides[1 - from].link.receive(signal)
      }
    }
    await settled()
    const open = Connection.all.filter((one) => one.connectionState !== 'closed')
    assert.deepEqual(open.map((one) => [one.connectionState, one.signalingState]),
      [['connected', 'stable'], ['connected', 'stable']], `seed ${seed}`)
    assert.ok(sides.every((one) => !one.out.length), `seed ${seed} never stops talking`)
  }
})

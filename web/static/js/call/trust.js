// @ts-check
// Whether the other side is who they are, for the one other person of a call for two: from the connection's certificates to
// words that two people compare, and back to what the page may say.

import { fingerprints } from './fingerprints.js'
import { FRESH, answered, found, kept, level, met, told } from './pins.js'
import { openSas } from './sas.js'

const LOOK_MS = 4000

/** What can be pressed under an alarm. @type {Record<string, readonly string[]>} */
export const ALARMS = { moved: ['compare'], changed: ['compare'], broken: ['compare', 'phone'], differs: ['compare', 'phone'] }

/**
 * @param {object} page
 * @param {Crypto} page.crypto
 * @param {ReturnType<typeof import('./memory.js').openMemory>} page.memory
 * @param {() => import('./room.js').State} page.state
 * @param {(peer: string) => RTCPeerConnection | undefined} page.connection
 * @param {(message: object) => boolean} page.send
 * @param {() => void} page.render
 * @param {(work: () => void, ms: number) => any} page.every
 */
export function openTrust({ crypto, memory, state, connection, send, render, every }) {
  /** @type {Map<string, {pin: import('./pins.js').Pin, sas: ReturnType<typeof openSas>}>} */
  const known = new Map()
  every(() => { for (const peer of known.keys()) look(peer).then(() => known.get(peer)?.sas.nudge()) }, LOOK_MS)

  /** @param {string} peer */
  function of(peer) {
    const one = known.get(peer) ?? {
      pin: FRESH,
      sas: openSas({
        crypto, send: (move) => send({ type: 'trust', to: peer, ...move }), emit: (outcome) => set(peer, (pin) => found(pin, outcome)),
      }),
    }
    known.set(peer, one)
    return one
  }

  /** @param {string} peer @param {(pin: import('./pins.js').Pin) => import('./pins.js').Pin} change */
  function set(peer, change) {
    const one = of(peer)
    const before = one.pin
    one.pin = change(before)
    if (one.pin === before) return
    memory.put(place(peer), kept(one.pin)).catch(() => {})
    if (one.pin.alarm === 'changed' && before.alarm !== 'changed' && change !== told) tell(peer)
    render()
  }

  const place = (/** @type {string} */ peer) => `pin ${peer}`
  const tell = (/** @type {string} */ peer) => send({ type: 'trust', to: peer, step: 'changed', round: 0, value: '' })

  /** Reads what the connection uses now, and compares it with what is remembered. @param {string} peer */
  async function look(peer) {
    const pc = connection(peer)
    if (state().seen !== false || pc?.connectionState !== 'connected') return
    const one = of(peer)
    const pair = await fingerprints(pc, crypto.subtle)
    if (!pair || connection(peer) !== pc) return
    if (!one.pin.pair) {
      const old = await memory.read(place(peer)).catch(() => undefined)
      if (old && !one.pin.pair) one.pin = { ...one.pin, ...old }
    }
    set(peer, (pin) => met(pin, pair, state().peers[peer]?.page))
    await one.sas.meet(pair)
  }

  const other = () => known.get(Object.keys(state().peers)[0] ?? '')

  return {
    /** @param {string} peer @param {string} flow */
    flow: (peer, flow) => (flow === 'flowing' ? look(peer) : known.get(peer)?.sas.pause()),
    /** @param {string} peer @param {any} move */
    receive: (peer, move) => (move.step === 'changed' ? set(peer, told) : of(peer).sas.receive(move)),
    /** @param {boolean} same */
    answer: (same) => { for (const peer of Object.keys(state().peers)) set(peer, (pin) => answered(pin, same)) },
    /** What the page may say now. */
    now: () => ({ level: state().seen ? /** @type {const} */ ('server') : level(other()?.pin ?? FRESH), outcome: other()?.pin.outcome ?? null }),
  }
}

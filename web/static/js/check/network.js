// @ts-check
// The network, measured against the clinic's echo: about twelve seconds, less where there is no relay to try.

import { downwards, upwards } from './burst.js'
import { median, read } from './figures.js'
import { NoSession, openSession } from './session.js'

const GATHER_MS = 2500
const CONNECT_MS = 8000
const LISTEN_MS = 4000 // four reports of the other end, two hundred packets of sound
const PINGS = 20
const RELAY_MS = 5000

/**
 * @typedef {{way: string, relay: string, connect_ms?: number | null, rtt_ms?: number | null, jitter_ms?: number | null,
 *   loss?: number | null, up_kbps?: number | null, down_kbps?: number | null, frames?: number | null}} Found
 * @param {object} options
 * @param {string} options.base  of the check's addresses
 * @param {MediaStreamTrack[]} options.tracks  sound first; what is sent is what comes back
 * @param {(stage: 'connect' | 'listen' | 'line' | 'relay') => void} options.tell
 * @param {AbortSignal} options.signal  ends it early, with what was found so far
 * @param {import('./session.js').World} options.world
 * @returns {Promise<Found>}
 */
export async function measure({ base, tracks, tell, signal, world }) {
  /** @type {Found} */ const found = { way: 'untried', relay: 'untried' }
  const asked = await world.post(`${base}/network`, {}).catch(() => null)
  if (!asked?.ok || signal.aborted) return found
  const iceServers = asked.data.ice_servers
  if (!iceServers.length) found.relay = 'absent'
  const open = (/** @type {boolean} */ relayOnly) => openSession({
    url: `${base}/offer`, iceServers, relayOnly, tracks: relayOnly ? [] : tracks, world,
    gatherMs: relayOnly ? RELAY_MS : GATHER_MS, connectMs: relayOnly ? RELAY_MS : CONNECT_MS,
  })
  tell('connect')
  await through(() => open(false), found, signal, world, tell)
  if (iceServers.length && !signal.aborted && found.way !== 'untried') await relayed(() => open(true), found, tell)
  return found
}

/** @param {() => Promise<import('./session.js').Session>} open @param {Found} found @param {AbortSignal} signal
 * @param {import('./session.js').World} world @param {(stage: any) => void} tell */
async function through(open, found, signal, world, tell) {
  let session
  try {
    session = await open()
  } catch (error) {
    if (error instanceof NoSession && error.message === 'silent') found.way = 'none'
    return
  }
  const end = () => session.close()
  signal.addEventListener('abort', end)
  try {
    found.connect_ms = session.connectMs
    tell('listen')
    const rtts = await pings(session.ping, world)
    const counted = read((await session.pc.getStats()).values())
    Object.assign(found, {
      way: counted.way, loss: counted.loss, jitter_ms: counted.jitter, frames: counted.frames, rtt_ms: median(rtts) ?? counted.rtt,
    })
    tell('line')
    found.up_kbps = await upwards(session.burst, world)
    found.down_kbps = await downwards(session.burst, world)
  } catch {
    return // stopped, or gone in the middle: what was found so far is kept
  } finally {
    signal.removeEventListener('abort', end)
    session.close()
  }
}

/** Round trips in ms. @param {RTCDataChannel} channel @param {import('./session.js').World} world @returns {Promise<number[]>} */
async function pings(channel, world) {
  /** @type {number[]} */ const found = []
  channel.onmessage = ({ data }) => found.push(Math.round(world.now() - Number(data)))
  for (let sent = 0; sent < PINGS; sent += 1) {
    channel.send(String(world.now()))
    await new Promise((done) => world.later(() => done(null), LISTEN_MS / PINGS))
  }
  return found
}

/** @param {() => Promise<import('./session.js').Session>} open @param {Found} found @param {(stage: any) => void} tell */
async function relayed(open, found, tell) {
  if (found.way === 'relay') {
    found.relay = 'works'
    return
  }
  tell('relay')
  try {
    (await open()).close()
    found.relay = 'works'
  } catch (error) {
    if (!(error instanceof NoSession) || error.message !== 'refused') found.relay = 'blocked'
  }
}


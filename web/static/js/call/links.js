// @ts-check
// All connections of this page by who they lead to, and the one that is made ready in the click that admits: by the time
// the other side is in, its offer is written.

import { firstNumber } from './attempts.js'
import { hidden } from './hiding.js'
import { openPair } from './pair.js'

const EARLY_MS = 15_000

/** @typedef {ReturnType<typeof openPair>} Link */

/**
 * @param {object} page
 * @param {() => import('./room.js').State} page.state
 * @param {() => import('./lines.js').Tracks} page.tracks
 * @param {(message: object) => boolean} page.send
 * @param {(peer: string, event: any) => void} page.emit
 * @param {() => RTCCertificate | undefined} page.certificate  of this person and visit: every connection uses it
 * @param {{RTCPeerConnection: any, now: () => number, attach?: import('./lines.js').Attach, later: (work: () => void, ms: number) => any,
 *   cancel: (timer: any) => void}} page.world
 */
export function openLinks({ state, tracks, send, emit, certificate, world }) {
  /** @type {Map<string, Link>} */
  const links = new Map()
  /** @type {{link: Link, meet: (peer: string) => void, timer: any} | null} */ let early = null
  let last = 0

  /** @returns {RTCConfiguration} */
  function config() {
    const { ice, relayOnly } = state()
    const mine = certificate()
    const given = mine && { certificates: [mine] }
    return { iceServers: ice, iceTransportPolicy: relayOnly ? 'relay' : 'all', bundlePolicy: 'max-bundle', ...given }
  }

  /** @param {string} to @param {any} signal */
  function say(to, signal) {
    const said = state().relayOnly ? hidden(signal) : signal
    if (said) send({ type: 'signal', to, ...said })
  }

  /** A link whose other end may be named later; what it says is kept until then. @param {string} [peer] */
  function make(peer = '') {
    /** @type {any[]} */ const kept = []
    const link = openPair({
      polite: state().polite, config, tracks, world,
      number: () => (last = Math.max(last, firstNumber(state().epoch)) + 1),
      send: (signal) => (peer ? say(peer, signal) : kept.push(signal)),
      heard: () => state().socket === 'open' && Boolean(state().peers[peer]?.present),
      emit: (event) => { if (peer) emit(peer, event) },
    })
    const meet = (/** @type {string} */ name) => {
      peer = name
      for (const signal of kept) say(peer, signal)
    }
    return { link, meet }
  }

  /** In the click: only the side that speaks first has anything to prepare. */
  function prepare() {
    if (early || links.size || state().polite || state().socket !== 'open' || !state().since) return
    early = { ...make(), timer: world.later(discard, EARLY_MS) }
    early.link.offer()
  }

  function discard() {
    world.cancel(early?.timer)
    early?.link.end()
    early = null
  }

  /** @param {string} peer @param {boolean} offer */
  function open(peer, offer) {
    const ready = offer ? early : null
    if (ready) {
      world.cancel(ready.timer)
      early = null
      ready.meet(peer)
      emit(peer, { type: 'flow', flow: 'connecting' })
    }
    const { link } = ready ?? make(peer)
    links.set(peer, link)
    if (!ready) link[offer ? 'offer' : 'listen']()
    return link
  }

  return {
    open,
    prepare,
    discard,
    some: () => links.size > 0,
    /** The one of a call for two. */
    one: () => [...links.values()].at(0),
    /** @param {string} peer */
    get: (peer) => links.get(peer),
    /** @param {string} peer */
    close: (peer) => {
      const link = links.get(peer)
      links.delete(peer)
      link?.end()
    },
    shift: () => { for (const link of links.values()) link.shift() },
    /** @param {import('./lines.js').Kind} kind @param {MediaStreamTrack | null} track */
    set: (kind, track) => {
      for (const link of links.values()) link.set(kind, track)
      early?.link.set(kind, track)
    },
  }
}

// @ts-check
// All connections to one other person: the one that carries the call and, while its path is silent, a second beside it. The
// one who opened the second keeps whichever brings something first and ends the other; exactly one is left on both sides.

import { route } from './attempts.js'
import { STREAM, openLink } from './peer.js'
import { arrived, read } from './stats.js'
import { begin, judge, moved, pace } from './watchdog.js'

/** @typedef {{link: ReturnType<typeof openLink>, state: string, seen: Record<string, MediaStreamTrack>, own: boolean}} One */

/**
 * @param {object} options  those of `openLink`, and:
 * @param {boolean} options.polite @param {() => number} options.number @param {() => RTCConfiguration} options.config
 * @param {() => import('./lines.js').Tracks} options.tracks
 * @param {(signal: {stream: string, kind: string, body: object, attempt: number}) => void} options.send
 * @param {() => boolean} options.heard  whether the other side can be told
 * @param {(event: {type: 'track' | 'flow' | 'silent', kind?: string, track?: MediaStreamTrack, flow?: string}) => void} options.emit
 *   silent: nothing has come for a second, perhaps the socket is dead too
 * @param {{RTCPeerConnection: any, now: () => number, attach?: import('./lines.js').Attach, later: (work: () => void, ms: number) => any,
 *   cancel: (timer: any) => void}} options.world
 */
export function openPair({ polite, heard, emit, world, ...given }) {
  let flow = ''
  let watch = begin(world.now())
  /** @type {One | null} */ let spare = null
  let retired = -1 // highest number the other side used with a connection that is over
  let bygone = 0 // the connection this side ended last
  let over = false
  let looks = 0
  /** @type {any} */ let timer = null
  /** @type {Promise<void>} */ let queue = Promise.resolve()
  let main = make(true)
  let shown = main

  /** @param {boolean} own @returns {One} */
  function make(own) {
    /** @type {any} */ const one = { link: null, state: 'new', seen: {}, own }
    one.link = openLink({ ...given, polite, world, emit: (event) => hear(one, event) })
    return one
  }

  /** @param {One} one @param {{type: string, kind?: string, track?: MediaStreamTrack, state?: string}} event */
  function hear(one, { type, kind = '', track, state = '' }) {
    if (type === 'track' && track) {
      one.seen[kind] = track
      if (one === shown) emit({ type: 'track', kind, track })
      return
    }
    one.state = state
    if (!one.link || over) return
    if (one === spare && state === 'connected') show(one)
    tell()
    look()
  }

  function tell() {
    const now = shown.state === 'connected' && !(shown === main && watch.silent) ? 'flowing' : 'connecting'
    if (now !== flow) emit({ type: 'flow', flow: (flow = now) })
  }

  /** @param {One} one */
  function show(one) {
    if (shown === one) return
    shown = one
    for (const [kind, track] of Object.entries(one.seen)) emit({ type: 'track', kind, track })
    tell()
  }

  async function look() {
    world.cancel(timer)
    const mine = (looks += 1)
    const two = [main, spare]
    const sample = { main: await path(main), spare: spare && await path(spare) }
    if (mine !== looks || over) return
    if (two[0] !== main || two[1] !== spare) return look()
    const side = { polite, own: Boolean(spare?.own), can: heard() }
    const found = judge(watch, { at: world.now(), ...sample }, side)
    watch = found.watch
    for (const what of found.decisions) DO[what]()
    tell()
    timer = world.later(look, pace(watch))
  }

  /** @type {Record<import('./watchdog.js').Decision, () => void>} */
  const DO = {
    'look after the socket': () => emit({ type: 'silent' }),
    silent: () => {},
    flows: () => {},
    renew: () => main.link.renew(true),
    'open spare': () => beside(true),
    'keep main': () => drop(true),
    'drop spare': () => drop(true),
    'keep spare': () => promote(true),
  }

  /** A second connection; one that is being made gives way to it. @param {boolean} own */
  function beside(own) {
    if (spare) drop(false)
    spare = make(own)
    watch = { ...watch, since: world.now() }
    if (own) spare.link.offer()
  }

  /** @param {boolean} say  whether the other side has to hear of it */
  function drop(say) {
    const one = spare
    spare = null
    show(main)
    if (one) bury(one, say)
  }

  /** @param {boolean} say */
  function promote(say) {
    const old = main
    if (!spare) return
    main = spare
    spare = null
    show(main)
    bury(old, say)
  }

  /** @param {One} one @param {boolean} say */
  function bury({ link }, say) {
    const { local, partner } = link.pairing()
    retired = Math.max(retired, partner ?? -1)
    if (say) given.send({ stream: STREAM, kind: 'end', body: {}, attempt: (bygone = local) })
    link.end()
  }

  /** @param {any} signal */
  async function take(signal) {
    if (over) return
    const where = route({ main: main.link.pairing(), spare: spare?.link.pairing() ?? null, retired }, signal)
    if (where === 'ignore') return
    if (signal.kind === 'end') return ended(where)
    if (where === 'beside') {
      if (watch.met) beside(false)
      else main.link.renew(false)
    }
    await (spare && where !== 'main' ? spare : main).link.receive(signal)
  }

  /** The other side ended one of its connections. The last one is begun anew: who leaves says so to the room. @param {string} where */
  function ended(where) {
    if (where === 'spare') return drop(false)
    if (where !== 'main') return
    if (!spare) return renew(!polite)
    watch = moved(world.now(), { state: spare.state, packets: 0 })
    promote(false)
  }

  /** Both begin anew, with nothing of before. @param {boolean} first */
  function renew(first) {
    if (spare) drop(false)
    watch = begin(world.now())
    main.link.renew(first)
  }

  /** The room can be reached again: what was said meanwhile may not have arrived. */
  function mend() {
    if (bygone) given.send({ stream: STREAM, kind: 'end', body: {}, attempt: bygone })
    if (!watch.met) return main.link.renew(true)
    for (const one of [main, spare]) one?.link.again()
    if (!spare && main.state !== 'connected') beside(true)
    look()
  }

  function end() {
    over = true
    world.cancel(timer)
    for (const one of [main, spare]) one?.link.end()
    spare = null
    emit({ type: 'flow', flow: 'none' })
  }

  tell()
  look()
  return {
    offer: () => main.link.offer(),
    listen: () => main.link.listen(),
    renew,
    /** Signals are taken one after the other, in their order. @param {any} signal */
    receive: (signal) => (queue = queue.then(() => take(signal))),
    /** @param {import('./lines.js').Kind} kind @param {MediaStreamTrack | null} track */
    set: (kind, track) => { for (const one of [main, spare]) one?.link.set(kind, track) },
    mend,
    /** The network changed under a call that goes on: a new path is looked for before the old one dies. */
    shift: () => { if (main.state === 'connected' && !spare && heard()) main.link.restart() },
    end,
    now: () => shown.link.now(),
    connection: () => shown.link.now().pc,
  }
}

/** @param {One} one */
const path = async ({ link, state }) => ({ state, packets: arrived((await read(link.now().pc)).values()) })

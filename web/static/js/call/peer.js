// @ts-check
// One connection to one other person: perfect negotiation over numbered RTCPeerConnections. It is made when `pair.js` asks
// for it, so nothing exists before admission, and it knows neither the socket nor the page.

import { collision, firstPairing, judge, nextPairing, paired } from './attempts.js'
import { withAudioNack } from './audio.js'
import { kindOf, openLines, openScreen, takeLines } from './lines.js'

export const STREAM = 'call'
const LISTEN_MS = 2000
const GONE = new Error('this connection was replaced')

/**
 * @param {object} options
 * @param {boolean} options.polite
 * @param {() => number} options.number  of the next connection; rises over links and reloads
 * @param {() => RTCConfiguration} options.config  read at every build: credentials are short-lived
 * @param {() => import('./lines.js').Tracks} options.tracks  what is open now
 * @param {(signal: {stream: string, kind: string, body: object, attempt: number}) => void} options.send
 * @param {(event: {type: 'track' | 'state', kind?: string, track?: MediaStreamTrack, state?: string}) => void} options.emit
 *   state: RTCPeerConnection.connectionState, also 'failed' for what could not be agreed
 * @param {{RTCPeerConnection: any, later: (work: () => void, ms: number) => any, cancel: (timer: any) => void,
 *   attach?: import('./lines.js').Attach,
 *   beside?: (pc: RTCPeerConnection, over: Promise<never>) => void}} options.world  beside: what else goes over it; over: until it is closed
 */
export function openLink({ polite, number, config, tracks, send, emit, world }) {
  let pairing = firstPairing(number())
  /** @type {RTCPeerConnection} */ let pc
  /** @type {import('./lines.js').Lines} */ let lines
  /** @type {Promise<never>} */ let gone
  /** @type {(reason: Error) => void} */ let retire
  /** @type {any[] | null} */ let held // candidates wait until their description is out
  /** @type {any} */ let listening = null
  /** @type {Promise<void>} */ let queue = Promise.resolve()
  let speaks = false // an own offer may go out: it was asked for, or one was agreed
  let agreed = false
  let making = false
  let ignoring = false
  /** @type {RTCPeerConnection | null} */ let leaving = null // closing takes long: it is done when the new offer is out
  const broken = () => emit({ type: 'state', state: 'failed' })

  function build() {
    const mine = (pc = new world.RTCPeerConnection(config()))
    gone = new Promise((_, reject) => { retire = reject })
    gone.catch(() => {})
    lines = {}
    held = []
    speaks = agreed = making = ignoring = false
    const on = (/** @type {(event: any) => void} */ work) => (/** @type {any} */ event) => mine === pc && work(event)
    pc.onicecandidate = on(({ candidate }) => candidate && trickle(candidate))
    pc.onnegotiationneeded = on(() => speaks && describe())
    pc.ontrack = on(({ track, transceiver }) => emit({ type: 'track', kind: kindOf(mine, transceiver), track }))
    pc.onconnectionstatechange = on(() => emit({ type: 'state', state: mine.connectionState }))
    world.beside?.(mine, gone)
    emit({ type: 'state', state: 'new' })
  }

  function offer() {
    speaks = true
    lines = openLines(pc, tracks(), world.attach)
    describe()
  }

  async function describe() {
    if (making || pc.signalingState !== 'stable') return
    const mine = pc
    making = true
    held ??= []
    try {
      await Promise.race([mine.setLocalDescription(), gone])
      if (mine.signalingState === 'have-local-offer') tellDescription('offer')
    } catch {
      if (mine === pc) broken()
    } finally {
      if (mine === pc) making = false
    }
  }

  /** @param {'offer' | 'answer'} kind */
  function tellDescription(kind) {
    tell(kind, { sdp: pc.localDescription?.sdp })
    dismiss(null)
    const waiting = held ?? []
    held = null
    waiting.forEach(trickle)
  }

  /** Exactly the fields of the protocol. @param {RTCIceCandidate} one */
  function trickle({ candidate, sdpMid, sdpMLineIndex, usernameFragment }) {
    const body = { candidate, sdpMid, sdpMLineIndex, usernameFragment }
    if (held) held.push(body)
    else tell('candidate', { candidate: body })
  }

  /** @param {string} kind @param {object} body */
  function tell(kind, body) {
    send({ stream: STREAM, kind, body, attempt: pairing.local })
  }

  /** @param {any} signal */
  async function take(signal) {
    const what = judge(pairing, signal)
    if (what === 'ignore' || what === 'beside') return
    if (what === 'pair') pairing = paired(pairing, signal.attempt)
    world.cancel(listening)
    try {
      await TAKE[signal.kind](signal.body)
    } catch (error) {
      // A candidate that does not fit is no loss; a description that does not, is.
      if (error !== GONE && signal.kind !== 'candidate') broken()
    }
  }

  /** @type {Record<string, (body: any) => Promise<void> | void>} */
  const TAKE = {
    async offer({ sdp }) {
      const what = collision({ polite, busy: making || pc.signalingState !== 'stable', agreed })
      ignoring = what === 'ignore'
      if (ignoring) return
      if (what === 'anew') replace()
      await Promise.race([pc.setRemoteDescription({ type: 'offer', sdp: withAudioNack(sdp) }), gone])
      takeLines(pc, lines, tracks(), world.attach)
      held ??= []
      await Promise.race([pc.setLocalDescription(), gone])
      tellDescription('answer')
      settled()
    },
    async answer({ sdp }) {
      ignoring = false
      if (pc.signalingState !== 'have-local-offer') return
      await Promise.race([pc.setRemoteDescription({ type: 'answer', sdp: withAudioNack(sdp) }), gone])
      settled()
    },
    async candidate({ candidate }) {
      if (candidate && !ignoring) await Promise.race([pc.addIceCandidate(candidate), gone])
    },
    restart: () => (agreed ? pc.restartIce() : renew(true)),
  }

  function settled() {
    agreed = speaks = true
    set('screen', tracks().screen ?? null)
  }

  /** The same attempt on a fresh connection: what the old one said was not taken. */
  function replace() {
    const old = pc
    const stop = retire
    build()
    stop(GONE)
    dismiss(old)
  }

  /** Closes what was to be closed, and keeps this one until the next time. @param {RTCPeerConnection | null} next */
  function dismiss(next) {
    leaving?.close()
    leaving = next
  }

  /** @param {boolean} first  whether this side speaks first; the other side rebuilds when it hears the new number */
  function renew(first) {
    pairing = nextPairing(pairing, number())
    replace()
    if (first) return offer()
    dismiss(null)
    listen()
  }

  /** Waits for the other side to speak, but not for ever: it may be waiting too. */
  function listen() {
    world.cancel(listening)
    listening = world.later(() => { if (!speaks && pc.signalingState === 'stable') offer() }, LISTEN_MS)
  }

  /** @param {import('./lines.js').Kind} kind @param {MediaStreamTrack | null} track */
  function set(kind, track) {
    const line = lines[kind]
    if (line) line.sender.replaceTrack(track).catch(broken)
    else if (kind === 'screen' && track && agreed) lines.screen = openScreen(pc, track)
  }

  /** The room can be reached again: what was said meanwhile may not have arrived. */
  function again() {
    if (pc.signalingState === 'have-local-offer') tellDescription('offer')
  }

  function end() {
    world.cancel(listening)
    retire(GONE)
    dismiss(null)
    pc.close()
  }

  build()
  /** Signals are taken one after the other, in their order. @param {any} signal */
  const receive = (signal) => (queue = queue.then(() => take(signal)))
  /** What carries the call now. */
  const now = () => ({ pc, lines })
  return { offer, listen, renew, receive, set, again, end, now, restart: () => pc.restartIce(), pairing: () => pairing }
}

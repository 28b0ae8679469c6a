// @ts-check
// The call as values: state + event -> new state + effects. No DOM, no clock, no socket.
// `call.js` performs the effects; `PROTOCOL.md` names the messages.

import { admitted, gone, greet, later, moves, say, unlink } from './roster.js'

/**
 * @typedef {{peer: string, role: string, name: string, present: boolean, mic: boolean, camera: boolean,
 *   screen: boolean, video?: string, epoch: number, had_call?: boolean, since?: string, page?: string,
 *   unlisted?: boolean}} Peer  unlisted: the room does not count on them now, but their sound still comes
 * @typedef {{id: string, from: string, text: string, at: string, delivered: boolean}} Line
 * @typedef {'waiting'|'held'|'live'} Standing
 * @typedef {{do: string, [key: string]: any}} Effect
 * @typedef {object} State
 * @property {string} role  patient or therapist
 * @property {string} me  own peer id, '' before the first welcome
 * @property {number} epoch
 * @property {boolean} polite
 * @property {Standing} standing  what the room last said of this person
 * @property {string} reason  why waiting or held
 * @property {'new'|'open'|'lost'|'refused'|'elsewhere'|'taken'} socket  taken: another page had it first
 * @property {number} lostAt  ms since 1970, 0 while connected
 * @property {boolean} ended
 * @property {number} goneAt  ms since 1970 when this person left or ended by own wish, 0 before
 * @property {boolean} told  whether the clinic knows of it, as far as this page can tell
 * @property {Record<string, Peer>} peers
 * @property {{name: string, at: number} | null} missing  who lost the connection and is not back; since when, ms since 1970, 0: not known
 * @property {string[]} links  peers this page holds a connection to
 * @property {Record<string, string>} flows  how each of these connections is: connecting, flowing
 * @property {any[]} ice
 * @property {boolean} relayOnly
 * @property {boolean | undefined} seen  whether the server sees the media; undefined: it does not say
 * @property {string} since
 * @property {Line[]} chat
 */

/** @param {string} role @returns {State} */
export function start(role) {
  return {
    role, me: '', epoch: 0, polite: role === 'patient', standing: 'waiting', reason: '', socket: 'new', lostAt: 0,
    ended: false, goneAt: 0, told: true, peers: {}, missing: null, links: [], flows: {}, ice: [], relayOnly: false, seen: undefined, since: '', chat: [],
  }
}

/** Whether this page may open a device: it has not left, and no other page of this person has the visit. @param {State} state */
export const mayOpen = (state) => !['ended', 'left', 'elsewhere'].includes(phase(state))

/** What the page is in, in one word. @param {State} state */
export function phase(state) {
  if (state.ended) return 'ended'
  if (state.goneAt) return 'left'
  if (state.socket === 'elsewhere' || state.socket === 'taken') return 'elsewhere'
  if (state.socket === 'lost' || state.socket === 'refused') return 'lost'
  return state.standing
}

/** The one other person of a call for two. @param {State} state @returns {Peer | undefined} */
export function other(state) {
  return Object.values(state.peers)[0]
}

/** @param {State} state @param {any} event @returns {{state: State, effects: Effect[]}} */
export function step(state, event) {
  const handle = Object.hasOwn(TABLE, event.type) ? TABLE[event.type] : undefined
  if (!handle || state.ended) return { state, effects: [] }
  const [change, effects = []] = handle(state, event)
  return { state: { ...state, ...change }, effects }
}

/** When somebody lost the connection: the room tells that they left only once it has waited for them.
 * @param {Peer | undefined} peer @param {number} told */
const since = (peer, told) => (peer && !peer.present && peer.at ? peer.at : told)

/** @type {Record<string, (state: State, event: any) => [Partial<State>, Effect[]?]>} */
const TABLE = {
  welcome: (_, { peer, role, epoch }) => [
    { me: peer, role, epoch, socket: 'open', lostAt: 0 }, [{ do: 'tell media' }]],

  state: (state, { state: standing, reason = '' }) => [
    { standing, reason, links: [], peers: {}, missing: null, since: '', chat: [] },
    [...unlink(state.links), { do: 'unshare' }, { do: 'clear chat' }]],

  admitted: (state, message) => admitted(state, message),

  peer: (state, message) => {
    const { type, seq, ...seen } = message
    const known = state.peers[seen.peer]
    if (seen.peer === state.me || (known && seen.epoch < known.epoch)) return [{}]
    const peers = { ...state.peers, [seen.peer]: seen }
    const links = seen.present && !state.links.includes(seen.peer) ? [...state.links, seen.peer] : state.links
    const since = later(state.since, seen.since ?? '')
    return [{ peers, standing: 'live', links, since, missing: null }, [...moves(known, seen), ...(seen.present ? greet(state, seen) : [])]]
  },

  medium: (_, { medium, number, by }) => [{}, [{ do: 'turn', turn: { medium, number, by } }]],

  // A socket that is gone is no reason to end what still flows between the two browsers.
  left: (state, { peer, reason, at = 0 }) => (reason === 'lost' && state.flows[peer] === 'flowing'
    ? [{ peers: { ...state.peers, [peer]: { ...state.peers[peer], present: false, unlisted: true } } }]
    : gone(state, peer, reason === 'lost' ? since(state.peers[peer], at) : undefined)),

  signal: (state, signal) => {
    const from = state.peers[signal.from]
    if (!from || signal.epoch < from.epoch) return [{}]
    const peers = { ...state.peers, [signal.from]: { ...from, epoch: signal.epoch } }
    return [{ peers }, [{ do: 'signal', peer: signal.from, signal }]]
  },

  trust: (state, { from, epoch, step: move, round, value }) => (
    state.peers[from] && epoch >= state.peers[from].epoch ? [{}, [{ do: 'trust', peer: from, move: { step: move, round, value } }]] : [{}]),

  chat: (state, { id, from, text, at }) => {
    const line = { id, from, text, at, delivered: true }
    const known = state.chat.some((one) => one.id === id)
    const chat = known ? state.chat.map((one) => (one.id === id ? line : one)) : [...state.chat, line]
    return [{ chat }, [{ do: 'chat', line, news: !known && from !== state.me }]]
  },

  // Own events, not messages.
  'link.flow': (state, { peer, flow, at = 0 }) => {
    const flows = { ...state.flows, [peer]: flow }
    return state.peers[peer]?.unlisted && flow !== 'flowing' ? gone({ ...state, flows }, peer, at) : [{ flows }]
  },
  'their media': (state, { media }) => {
    const them = other(state)
    return [them ? { peers: { ...state.peers, [them.peer]: { ...them, ...media } } } : {}]
  },
  'chat.write': (state, { id, text, at }) => {
    const line = { id, from: state.me, text, at, delivered: false }
    return [{ chat: [...state.chat, line] }, [{ do: 'chat', line, news: false }, say(line)]]
  },
  'socket.lost': (state, { at }) => [{ socket: 'lost', lostAt: state.lostAt || at }],
  // Who only waits loses nothing by opening the page again, and it says what is true.
  'socket.refused': (state, { at }) => [
    { socket: 'refused', lostAt: state.lostAt || at }, state.standing === 'live' ? [] : [{ do: 'reopen' }]],
  'socket.elsewhere': (state) => [
    { socket: 'elsewhere', links: [], peers: {} }, [...unlink(state.links), { do: 'release' }]],
  'socket.taken': (state) => [
    { socket: 'taken', links: [], peers: {} }, [...unlink(state.links), { do: 'release' }]],
  'socket.again': () => [{ socket: 'new', lostAt: 0, standing: 'waiting', missing: null }, [{ do: 'take over' }]],
  gone: (state, { at, told }) => [
    { goneAt: state.goneAt || at, told, links: [], peers: {} }, [...unlink(state.links), { do: 'release' }]],
  ended: (state, { reason = '' }) => [
    { ended: true, reason, links: [], peers: {} }, [...unlink(state.links), { do: 'release' }, { do: 'depart' }]],
}

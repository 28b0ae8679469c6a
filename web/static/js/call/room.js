// @ts-check
// The call as values: state + event -> new state + effects. No DOM, no clock, no socket.
// `call.js` performs the effects; `PROTOCOL.md` names the messages.

/**
 * @typedef {{peer: string, role: string, name: string, present: boolean, mic: boolean, camera: boolean,
 *   screen: boolean, epoch: number, had_call?: boolean}} Peer
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
 * @property {'new'|'open'|'lost'|'refused'|'elsewhere'} socket
 * @property {number} lostAt  ms since 1970, 0 while connected
 * @property {boolean} ended
 * @property {Record<string, Peer>} peers
 * @property {string[]} links  peers this page holds a connection to
 * @property {any[]} ice
 * @property {boolean} relayOnly
 * @property {string} since
 * @property {Line[]} chat
 */

/** @param {string} role @returns {State} */
export function start(role) {
  return {
    role, me: '', epoch: 0, polite: role === 'patient', standing: 'waiting', reason: '', socket: 'new', lostAt: 0,
    ended: false, peers: {}, links: [], ice: [], relayOnly: false, since: '', chat: [],
  }
}

/** What the page is in, in one word. @param {State} state */
export function phase(state) {
  if (state.ended) return 'ended'
  if (state.socket === 'elsewhere') return 'elsewhere'
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

/** @type {Record<string, (state: State, event: any) => [Partial<State>, Effect[]?]>} */
const TABLE = {
  welcome: (_, { peer, role, epoch }) => [
    { me: peer, role, epoch, socket: 'open', lostAt: 0 }, [{ do: 'tell media' }]],

  state: (state, { state: standing, reason = '' }) => [
    { standing, reason, links: [], peers: {}, since: '', chat: [] },
    [...unlink(state.links), { do: 'unshare' }, { do: 'clear chat' }]],

  admitted: (state, message) => admitted(state, message),

  peer: (state, message) => {
    const { type, seq, ...seen } = message
    const known = state.peers[seen.peer]
    if (seen.peer === state.me || (known && seen.epoch < known.epoch)) return [{}]
    const peers = { ...state.peers, [seen.peer]: { ...known, ...seen } }
    const linked = state.links.includes(seen.peer)
    const effects = seen.present ? greet(seen, known, linked) : []
    const links = seen.present && !linked ? [...state.links, seen.peer] : state.links
    return [{ peers, standing: 'live', links }, effects]
  },

  left: (state, { peer }) => {
    const { [peer]: gone, ...peers } = state.peers
    const alone = state.role !== 'patient' && !Object.keys(peers).length
    return [
      { peers, links: state.links.filter((id) => id !== peer), standing: alone ? 'waiting' : state.standing },
      gone ? unlink([peer]) : []]
  },

  signal: (state, signal) => {
    const from = state.peers[signal.from]
    if (!from || signal.epoch < from.epoch) return [{}]
    const peers = { ...state.peers, [signal.from]: { ...from, epoch: signal.epoch } }
    return [{ peers }, [{ do: 'signal', peer: signal.from, signal }]]
  },

  chat: (state, { id, from, text, at }) => {
    const line = { id, from, text, at, delivered: true }
    const known = state.chat.some((one) => one.id === id)
    const chat = known ? state.chat.map((one) => (one.id === id ? line : one)) : [...state.chat, line]
    return [{ chat }, [{ do: 'chat', line, news: !known && from !== state.me }]]
  },

  // Own events, not messages.
  'chat.write': (state, { id, text, at }) => {
    const line = { id, from: state.me, text, at, delivered: false }
    return [{ chat: [...state.chat, line] }, [{ do: 'chat', line, news: false }, say(line)]]
  },
  'socket.lost': (state, { at }) => [{ socket: 'lost', lostAt: state.lostAt || at }],
  'socket.refused': (state, { at }) => [{ socket: 'refused', lostAt: state.lostAt || at }],
  'socket.elsewhere': (state) => [
    { socket: 'elsewhere', links: [], peers: {} }, [...unlink(state.links), { do: 'release' }]],
  'socket.again': () => [{ socket: 'new', lostAt: 0, standing: 'waiting' }, [{ do: 'take over' }]],
  ended: (state, { reason = '' }) => [
    { ended: true, reason, links: [], peers: {} }, [...unlink(state.links), { do: 'release' }, { do: 'depart' }]],
}

/** @param {State} state @param {any} message @returns {[Partial<State>, Effect[]]} */
function admitted(state, { you, peers: list, ice, relay_only: relayOnly, chat: said, since }) {
  const others = list.filter((/** @type {Peer} */ one) => one.peer !== you.peer)
  const here = new Set(others.map((/** @type {Peer} */ one) => one.peer))
  const kept = state.links.filter((id) => here.has(id))
  const fresh = others.filter((/** @type {Peer} */ one) => one.present && !kept.includes(one.peer))
  const ids = new Set(said.map((/** @type {Line} */ line) => line.id))
  const unsaid = state.chat.filter((line) => !line.delivered && !ids.has(line.id))
  const chat = [...said.map((/** @type {Line} */ line) => ({ ...line, delivered: true })), ...unsaid]
  return [
    {
      me: you.peer, role: you.role, polite: you.polite, ice, relayOnly, since, chat, reason: '',
      standing: you.role === 'patient' || others.length ? 'live' : 'waiting',
      peers: Object.fromEntries(others.map((/** @type {Peer} */ one) => [one.peer, one])),
      links: [...kept, ...fresh.map((/** @type {Peer} */ one) => one.peer)],
    },
    [
      ...fresh.map((/** @type {Peer} */ one) => ({ do: 'link', peer: one.peer, offer: true })),
      ...kept.map((peer) => ({ do: 'mend', peer })),
      ...unlink(state.links.filter((id) => !here.has(id))),
      { do: 'all chat' },
      ...unsaid.map(say),
    ]]
}

/**
 * What to do when somebody is there. Someone new has been told of us in the same moment and speaks first; someone met
 * before but never connected may hold a connection to an older page of ours, so we do.
 * @param {Peer} seen @param {Peer | undefined} known @param {boolean} linked @returns {Effect[]}
 */
function greet({ peer, epoch, had_call: hadCall }, known, linked) {
  if (!linked) return [{ do: 'link', peer, offer: Boolean(known) }]
  if (!known || epoch === known.epoch) return []
  return [hadCall ? { do: 'mend', peer } : { do: 'renew', peer }]
}

/** @param {string[]} links @returns {Effect[]} */
const unlink = (links) => links.map((peer) => ({ do: 'unlink', peer }))

/** @param {{id: string, text: string}} line @returns {Effect} */
const say = ({ id, text }) => ({ do: 'send', message: { type: 'chat', id, text } })

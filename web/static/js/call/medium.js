// @ts-check
// How the two meet: by video, by sound alone, in writing, by phone. What is so is the server's; this decides, from what it
// says and what is pressed here, what to close, to open and to say. Pure. Nobody's devices open without their own press.

/**
 * @typedef {'video' | 'sound' | 'text' | 'phone'} Medium
 * @typedef {'mic' | 'camera' | 'screen'} Kind
 * @typedef {object} State
 * @property {Medium} medium  what holds, as the server last said
 * @property {number} number  of that turn; 0 is how every visit begins
 * @property {Medium | ''} wish  pressed here, not yet heard of
 * @property {boolean} up  the other side turned back to more than this side has open
 * @typedef {{type: 'wish', medium: Medium} | {type: 'told', medium: Medium, number: number, mine: boolean} | {type: 'refused'}} Event
 *   mine: this side chose it
 * @typedef {{do: 'close' | 'open', kind: Kind} | {do: 'ask', medium: Medium, seen: number} | {do: 'write', focus: boolean}
 *   | {do: 'unwrite'} | {do: 'say', key: string}} Effect
 */

/** @type {readonly Medium[]} */
export const LADDER = ['video', 'sound', 'text', 'phone']
/** @type {readonly Kind[]} */
const KINDS = ['mic', 'camera', 'screen']
/** @type {Record<Medium, readonly Kind[]>} */
const OPEN = { video: KINDS, sound: ['mic', 'screen'], text: [], phone: [] }

/** @returns {State} */
export const begin = () => ({ medium: 'video', number: 0, wish: '', up: false })

/** What the page shows: a press counts at once. @param {State} state @returns {Medium} */
export const shown = (state) => state.wish || state.medium

/** @param {Medium} medium @param {Kind} kind */
export const allows = (medium, kind) => OPEN[medium].includes(kind)

/** @param {State} state @param {Event} event @returns {{state: State, effects: Effect[]}} */
export function step(state, event) {
  if (event.type === 'wish') return wished(state, event.medium)
  if (event.type === 'told') return told(state, event)
  return { state: { ...state, wish: '' }, effects: turn(shown(state), state.medium) }
}

/** @param {State} state @param {Medium} medium @returns {{state: State, effects: Effect[]}} */
function wished(state, medium) {
  const was = shown(state)
  if (was === medium) return { state: { ...state, up: false }, effects: [] }
  const opens = ['mic', 'camera'].filter((kind) => allows(medium, /** @type {Kind} */ (kind)) && !allows(was, /** @type {Kind} */ (kind)))
  return {
    state: { ...state, wish: medium, up: false },
    effects: [
      ...turn(was, medium, true), ...opens.map((kind) => ({ do: /** @type {const} */ ('open'), kind: /** @type {Kind} */ (kind) })),
      { do: 'ask', medium, seen: state.number },
    ],
  }
}

/** @param {State} state @param {{medium: Medium, number: number, mine: boolean}} event @returns {{state: State, effects: Effect[]}} */
function told(state, { medium, number, mine }) {
  if (number <= state.number) return { state, effects: [] }
  const was = shown(state)
  const up = LADDER.indexOf(medium) < LADDER.indexOf(was)
  const next = { ...state, medium, number, wish: /** @type {const} */ (''), up: mine ? state.up : up }
  if (was === medium) return { state: next, effects: [] }
  /** @type {Effect[]} */
  const says = mine ? [] : [{ do: 'say', key: `turn.${medium}${up ? '.up' : ''}` }]
  return { state: next, effects: [...turn(was, medium), ...says] }
}

/** @param {Medium} was @param {Medium} now @returns {Effect[]} */
function turn(was, now, focus = false) {
  /** @type {Effect[]} */
  const closes = KINDS.filter((kind) => allows(was, kind) && !allows(now, kind)).map((kind) => ({ do: 'close', kind }))
  if (was === now) return closes
  if (now === 'text') return [...closes, { do: 'write', focus }]
  return was === 'text' ? [...closes, { do: 'unwrite' }] : closes
}

const PATIENCE = 15_000

/**
 * Whether the page itself offers the phone: sound and picture have not come, or went, for a while; or there is no microphone
 * to be had. @param {{medium: Medium, live: boolean, waitsSince: number, now: number, noMic: boolean}} look
 *   waitsSince: ms, 0 while media flow or nobody is there to meet
 */
export function offersPhone({ medium, live, waitsSince, now, noMic }) {
  if (medium === 'phone' || !live) return false
  return (noMic && medium !== 'text') || (medium !== 'text' && waitsSince > 0 && now - waitsSince >= PATIENCE)
}

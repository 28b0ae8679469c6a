// @ts-check
// Files on their way, as values: state + event -> state, effects. Both sides number what they send; the receiver believes
// nothing: not the size, not the order, not the end. Pure.

import { CHUNK, LARGEST } from './messages.js'

/**
 * @typedef {'picked' | 'offered' | 'flowing' | 'checking' | 'done' | 'refused' | 'stopped' | 'bad' | 'lost'} Stage
 *   picked: own, not offered yet; checking: all is there, its hash is compared; bad: it is not what was promised
 * @typedef {{id: number, n: number, mine: boolean, name: string, size: number, kind: string, stage: Stage, moved: number,
 *   heardAt: number}} Transfer  id: on this page; n: what its sender calls it; moved: bytes
 * @typedef {{do: 'send', message: import('./messages.js').Message} | {do: 'pump' | 'drop' | 'asked', id: number}
 *   | {do: 'keep', id: number, bytes: Uint8Array} | {do: 'check', id: number, hash: string}} Effect
 * @typedef {{list: readonly Transfer[], ids: number, next: number, last: number}} State
 *   next: number of the next own offer; last: highest number that the other side used, -1 before
 * @typedef {[State, Effect[]?]} Change
 */

const MOST_OPEN = 3 // offers of the other side that wait or flow at once
const MOST_SHOWN = 30
const SILENT_MS = 60_000
/** @type {readonly Stage[]} */
const GOING = ['offered', 'flowing', 'checking']

/** @returns {State} */
export const start = () => ({ list: [], ids: 0, next: 0, last: -1 })

/** @param {Transfer} one */
const isOpen = ({ stage }) => stage === 'picked' || GOING.includes(stage)

/** @param {State} state @param {any} event @returns {{state: State, effects: Effect[]}} */
export function step(state, event) {
  const handle = Object.hasOwn(TABLE, event.type) ? TABLE[event.type] : undefined
  const [next, effects = []] = handle ? handle(state, event) : [state]
  return { state: next, effects }
}

/** @typedef {(state: State, event: any) => Transfer | undefined} Find */
/** @type {Find} */ const here = (state, { id }) => state.list.find((one) => one.id === id)
/** @param {boolean} mine @returns {Find}  the open one that its sender calls so */
const called = (mine) => (state, { n }) => state.list.find((one) => one.mine === mine && one.n === n && GOING.includes(one.stage))
const ours = called(true)
const theirs = called(false)

/** @param {State} state @param {Transfer} one @param {Partial<Transfer>} change @returns {State} */
const put = (state, one, change) => ({ ...state, list: state.list.map((each) => (each === one ? { ...one, ...change } : each)) })

/** The oldest that is over gives way. @param {State} state @param {Omit<Transfer, 'id'>} one @param {Effect[]} effects @returns {Change} */
function add(state, one, effects) {
  const old = state.list.length >= MOST_SHOWN ? state.list.find((each) => !isOpen(each)) : undefined
  const list = [...state.list.filter((each) => each !== old), { ...one, id: state.ids }]
  return [{ ...state, list, ids: state.ids + 1 }, old ? [...effects, drop(old)] : effects]
}

/** @param {import('./messages.js').Message['t']} t @param {{n: number}} one @param {object} [more] @returns {Effect} */
const send = (t, { n }, more) => ({ do: 'send', message: /** @type {any} */ ({ t, n, ...more }) })
/** @param {Transfer} one @returns {Effect} */
const drop = ({ id }) => ({ do: 'drop', id })

/** A change of one transfer that is in one of these stages; nothing for any other.
 * @param {Find} find @param {readonly Stage[]} from @param {Stage} to
 * @param {(one: Transfer, event: any) => Effect[]} [effects] @returns {(state: State, event: any) => Change} */
const turn = (find, from, to, effects = () => []) => (state, event) => {
  const one = find(state, event)
  if (!one || !from.includes(one.stage)) return [state]
  return [put(state, one, { stage: to, heardAt: event.now ?? one.heardAt }), effects(one, event)]
}

/** @param {State} state @param {Transfer} one @returns {Change} */
const broken = (state, one) => [put(state, one, { stage: 'bad' }), [send('bad', one), drop(one)]]

/** @type {Record<string, (state: State, event: any) => Change>} */
const TABLE = {
  // Own presses.
  pick: (state, { name, size, kind }) => (size > LARGEST ? [state]
    : add(state, { n: -1, mine: true, name, size, kind, stage: 'picked', moved: 0, heardAt: 0 }, [])),
  offer: (state, event) => {
    const one = here(state, event)
    if (!one?.mine || !['picked', 'lost', 'bad'].includes(one.stage)) return [state]
    const now = { ...one, n: state.next, stage: /** @type {const} */ ('offered'), moved: 0 }
    return [{ ...put(state, one, now), next: state.next + 1 }, [send('offer', now, { name: one.name, size: one.size, type: one.kind })]]
  },
  accept: turn(here, ['offered'], 'flowing', (one) => (one.mine ? [] : [send('accept', one)])),
  stop: (state, event) => {
    const one = here(state, event)
    if (!one || !isOpen(one)) return [state]
    const said = one.stage === 'picked' ? [] : [send(one.mine ? 'stop' : 'refuse', one)]
    return [put(state, one, { stage: one.mine ? 'stopped' : 'refused' }), [...said, drop(one)]]
  },

  // Own work.
  sent: (state, { id, moved }) => {
    const one = here(state, { id })
    return one?.stage === 'flowing' ? [put(state, one, { moved })] : [state]
  },
  ended: turn(here, ['flowing'], 'checking', (one, { hash }) => [send('end', one, { hash })]),
  unread: turn(here, ['flowing'], 'stopped', (one) => [send('stop', one), drop(one)]),
  checked: (state, { id, same }) => {
    const one = here(state, { id })
    if (one?.stage !== 'checking' || one.mine) return [state]
    return same ? [put(state, one, { stage: 'done' }), [send('done', one)]] : broken(state, one)
  },

  // What the other side says of its own files.
  'heard offer': (state, { n, name, size, kind, now }) => {
    if (n <= state.last) return [state]
    const seen = { ...state, last: n }
    /** @type {Omit<Transfer, 'id'>} */ const one = { n, mine: false, name, size, kind, stage: 'offered', moved: 0, heardAt: now }
    const many = state.list.filter((each) => !each.mine && isOpen(each)).length
    if (many >= MOST_OPEN) return [seen, [send('refuse', one)]]
    return add(seen, one, [{ do: 'asked', id: state.ids }])
  },
  'heard stop': turn(theirs, GOING, 'stopped', (one) => [drop(one)]),
  'heard end': (state, event) => {
    const one = theirs(state, event)
    if (one?.stage !== 'flowing') return [state]
    if (one.moved !== one.size) return broken(state, one)
    return [put(state, one, { stage: 'checking' }), [{ do: 'check', id: one.id, hash: event.hash }]]
  },
  chunk: (state, event) => {
    const one = theirs(state, event)
    if (one?.stage !== 'flowing') return [state] // still on its way when it was refused
    const due = Math.min(CHUNK, one.size - one.moved)
    if (!due || event.bytes.length !== due || event.at !== one.moved / CHUNK) return broken(state, one)
    return [put(state, one, { moved: one.moved + due, heardAt: event.now }), [{ do: 'keep', id: one.id, bytes: event.bytes }]]
  },

  // What it says of ours.
  'heard accept': turn(ours, ['offered'], 'flowing', ({ id }) => [{ do: 'pump', id }]),
  'heard refuse': turn(ours, GOING, 'refused', (one) => [drop(one)]),
  'heard bad': turn(ours, ['flowing', 'checking'], 'bad'),
  'heard done': turn(ours, ['checking'], 'done', (one) => [drop(one)]),

  // Time and the connection.
  tick: (state, { now }) => {
    const silent = state.list.filter((one) => !one.mine && one.stage === 'flowing' && now - one.heardAt > SILENT_MS)
    if (!silent.length) return [state]
    const list = state.list.map((one) => (silent.includes(one) ? { ...one, stage: /** @type {const} */ ('lost') } : one))
    return [{ ...state, list }, silent.flatMap((one) => [send('refuse', one), drop(one)])]
  },
  // Neither side knows what the other has: what was not finished is over, and its sender may offer it again. The other page
  // may be a new one, which numbers from nothing.
  lost: (state) => {
    const over = state.list.filter((one) => GOING.includes(one.stage))
    const list = state.list.map((one) => (over.includes(one) ? { ...one, stage: /** @type {const} */ ('lost') } : one))
    return [{ ...state, list, last: -1 }, over.filter((one) => !one.mine).map(drop)]
  },
}

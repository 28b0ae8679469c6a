// @ts-check
// What this page holds of the connection to one other person, as values: which certificates, whether the two compared their
// words, and what became different since. Pure.

/**
 * @typedef {import('./sas.js').Pair} Pair
 * @typedef {import('./sas.js').Outcome} Outcome
 * @typedef {'' | 'moved' | 'changed' | 'broken' | 'differs'} Alarm  moved: another device was announced; changed: nothing was
 * @typedef {{pair: Pair | null, page: string, compared: boolean, alarm: Alarm, outcome: Outcome | null}} Pin
 * @typedef {'plain' | 'new' | 'compared' | Exclude<Alarm, ''>} Level  plain: there is nothing to compare yet
 */

/** @type {Pin} */
export const FRESH = { pair: null, page: '', compared: false, alarm: '', outcome: null }

/** DTLS uses these two certificates now. @param {Pin} pin @param {Pair} pair
 * @param {string} [page]  name of the other side's page; another one: they said that they are at another device
 * @returns {Pin} */
export function met(pin, pair, page = '') {
  const same = pin.pair?.own === pair.own && pin.pair?.theirs === pair.theirs
  if (same && pin.page === page) return pin
  if (same || !pin.pair) return { ...pin, pair, page }
  const moved = Boolean(page && pin.page && page !== pin.page)
  const alarm = moved && !pin.alarm ? (pin.compared ? 'moved' : '') : worse(pin.alarm, 'changed')
  return { pair, page, compared: false, alarm, outcome: null }
}

/** The other page saw a change. @param {Pin} pin @returns {Pin} */
export const told = (pin) => ({ ...pin, compared: false, alarm: worse(pin.alarm, 'changed') })

/** @param {Pin} pin @param {Outcome | null} outcome  null: somebody does not keep to the rules @returns {Pin} */
export const found = (pin, outcome) =>
  (outcome ? { ...pin, outcome } : { ...pin, outcome: null, compared: false, alarm: worse(pin.alarm, 'broken') })

/** What the person heard. @param {Pin} pin @param {boolean} same @returns {Pin} */
export const answered = (pin, same) => ({ ...pin, compared: same, alarm: same ? '' : 'differs' })

/** @param {Pin} pin @returns {Level} */
export const level = ({ alarm, compared, outcome }) => alarm || (compared ? 'compared' : outcome ? 'new' : 'plain')

/** What outlives a reload. @param {Pin} pin */
export const kept = ({ pair, page, compared, alarm }) => ({ pair, page, compared, alarm })

/** @type {Alarm[]} */
const GRAVITY = ['', 'moved', 'changed', 'broken', 'differs']

/** @param {Alarm} one @param {Alarm} two */
const worse = (one, two) => (GRAVITY.indexOf(one) > GRAVITY.indexOf(two) ? one : two)

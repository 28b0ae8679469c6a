// @ts-check
// The way there and back, as values: whether packets queue on it, or whether it is only long.

/** @typedef {import('./quality.js').State} State */
/** @typedef {import('./stats.js').Sample} Sample */

const QUEUE = 0.15 // s that packets wait on the way; loss by itself makes nobody wait
const EVEN = 0.02 // s; a queue rises and falls by more, with every large packet that goes into it
const EVEN_HOLD = 5000

/** @typedef {object} Road
 * @property {number} least  shortest way there and back on this path, s
 * @property {number} low @property {number} high @property {number} evenSince  how far it varied since when, ms
 * @property {boolean} crowded  packets queue on the way: what is lost is lost to what this call sends itself */

/** @returns {Road} */
export const open = () => ({ least: Infinity, low: Infinity, high: -Infinity, evenSince: 0, crowded: false })

/**
 * A way that grew and then keeps its length, while this call sends little because of it, is another way and no queue: a phone
 * that goes through a satellite now.
 * @param {Road} before @param {Sample} sample @returns {Road}
 */
export function look(before, sample) {
  const there = wayOf(sample)
  if (!there) return { ...before, crowded: false }
  const low = Math.min(before.low, there)
  const high = Math.max(before.high, there)
  const even = high - low <= EVEN ? { low, high, evenSince: before.evenSince } : { low: there, high: there, evenSince: sample.at }
  const far = sample.at - even.evenSince >= EVEN_HOLD
  const least = far ? even.low : Math.min(before.least, there)
  return { ...even, least, crowded: there - least > QUEUE }
}

/** There and back, s: what both the path's checks and the other side's reports say, since either alone may be a chance; 0: not
 * known. @param {Sample} sample */
function wayOf({ route, said }) {
  const told = [route?.rtt, said?.rtt].filter((one) => typeof one === 'number')
  return told.length ? Math.min(.../** @type {number[]} */ (told)) : 0
}

// @ts-check
// Whether this device is quick enough to blur, from how long each picture took. Pure.

/** @typedef {{count: number, last: readonly number[], slowSince: number}} Judge  last: ms of the latest pictures */
/** @typedef {'trying' | 'fine' | 'slow'} Verdict */

const WARM = 4 // the first ones pay for making ready
const TRIAL = 12
const KEPT = 25
const MOST_MS = 110 // nine pictures a second: below that a face no longer moves like one
const LASTING_MS = 6000

/** @returns {Judge} */
export const begin = () => ({ count: 0, last: [], slowSince: 0 })

/** @param {Judge} was @param {number} took  ms @param {number} at  ms @returns {Judge} */
export function take({ count, last, slowSince }, took, at) {
  const kept = count < WARM ? [] : [...last, took].slice(-KEPT)
  const slow = kept.length >= TRIAL && middle(kept) > MOST_MS
  return { count: count + 1, last: kept, slowSince: slow ? slowSince || at : 0 }
}

/** Slow at once at the beginning, before anybody saw a blurred picture; later only if it stays so.
 * @param {Judge} judge @param {number} at @param {boolean} first @returns {Verdict} */
export function verdict({ last, slowSince }, at, first) {
  if (last.length < TRIAL) return 'trying'
  if (!slowSince) return 'fine'
  return first || at - slowSince >= LASTING_MS ? 'slow' : 'fine'
}

/** @param {readonly number[]} values */
const middle = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]

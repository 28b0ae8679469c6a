// @ts-check
// How far another clock is ahead of this one: never a number, always the range in which it must lie. Pure; milliseconds.
// A message cannot arrive before it was sent: each one that comes bounds the difference on one side. Of many, the quickest in
// each direction counts. What the server's clock says of both is a second way to know, and where two ways agree the range is
// narrower than either: so a road that is slow in one direction alone does not lead both astray.

/** @typedef {{low: number, high: number}} Ahead */

/** @type {Ahead} nothing is known */
export const ANY = Object.freeze({ low: -Infinity, high: Infinity })

/** A question and its answer: sent, heard there, answered there, heard here. @param {number} sent @param {number} there @param {number} answered @param {number} here @returns {Ahead} */
export const exchanged = (sent, there, answered, here) => ({ low: answered - here, high: there - sent })

/** What both ranges allow; where they contradict each other, a clock was set: the later one holds. @param {Ahead} before @param {Ahead} later @returns {Ahead} */
export function meet(before, later) {
  const both = { low: Math.max(before.low, later.low), high: Math.min(before.high, later.high) }
  return both.low <= both.high ? both : later
}

/** A third clock is ahead of this one by `ours` and of the other by `theirs`: the other is ahead of this one by this much. @param {Ahead} ours @param {Ahead} theirs @returns {Ahead} */
export const across = (ours, theirs) => ({ low: ours.low - theirs.high, high: ours.high - theirs.low })

/** The middle, which is wrong by half the range at most; 0 where nothing is known. @param {Ahead} range */
export const middle = ({ low, high }) => (Number.isFinite(low + high) ? (low + high) / 2 : 0)

/** The newest ranges of one way to know, and what all of them allow. */
export class Known {
  /** @type {Ahead[]} */ #heard = []

  /** Clocks drift: what is older than some exchanges says nothing of now. @param {Ahead} range @param {number} [most] */
  add(range, most = 24) {
    this.#heard = [...this.#heard, range].slice(-most)
  }

  forget() { this.#heard = [] }

  get range() { return this.#heard.reduce(meet, ANY) }
}

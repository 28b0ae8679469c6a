// @ts-check
// When a lost socket comes back, as values.

/** Close codes after which trying again makes sense; all others are an answer. */
export const RETRIED = new Set([1001, 1006, 1011, 1012, 1013])

const FIRST_MS = 250
const CAP_MS = 30_000

// In a call: [tries, least, most]. A server that restarts is asked four times a second until it should be back, which
// costs a refused connection each; one that stays away less and less often.
const IN_CALL = [[40, 125, 375], [80, 250, 1000], [Infinity, 500, 2000]]

/**
 * Never the same for two pages, so that a thousand do not come back together. In a call any time between two limits; else
 * anywhere between now and a limit that doubles.
 * @param {number} tries  how often it was tried since the last welcome
 * @param {boolean} inCall @param {() => number} random  in [0, 1)
 */
export function nextDelay(tries, inCall, random) {
  if (!inCall) return Math.floor(random() * Math.min(CAP_MS, FIRST_MS * 2 ** Math.min(tries, 20)))
  const [, least, most] = /** @type {number[]} */ (IN_CALL.find(([until]) => tries < until))
  return Math.floor(least + random() * (most - least))
}

/**
 * What the answer to a ticket request means. A sign-in that ran out (401, 403) must not end a call whose media flows,
 * so it is shown and never followed by itself.
 * @param {number} status  0: no answer @returns {'again' | 'ended' | 'refused'}
 */
export function verdict(status) {
  if (status === 404 || status === 409 || status === 410) return 'ended'
  return status >= 400 && status < 500 && status !== 408 && status !== 429 ? 'refused' : 'again'
}

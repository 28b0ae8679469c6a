// @ts-check
// When a lost socket comes back, as values.

/** Close codes after which trying again makes sense; all others are an answer. */
export const RETRIED = new Set([1001, 1006, 1011, 1012, 1013])

const FIRST_MS = 250
const CAP_IN_CALL_MS = 1000
const PATIENT_CAP_IN_CALL_MS = 2000
const PATIENT_AFTER = 60 // tries, about half a minute
const CAP_MS = 30_000

/**
 * Full jitter: anywhere between now and a limit that doubles, so that a thousand pages do not come back together. In a call
 * the limit is a second for the first half minute: a server that restarts finds both sides back within little more.
 * @param {number} tries  how often it was tried since the last welcome
 * @param {boolean} inCall @param {() => number} random  in [0, 1)
 */
export function nextDelay(tries, inCall, random) {
  const soon = tries < PATIENT_AFTER ? CAP_IN_CALL_MS : PATIENT_CAP_IN_CALL_MS
  return Math.floor(random() * Math.min(inCall ? soon : CAP_MS, FIRST_MS * 2 ** Math.min(tries, 20)))
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

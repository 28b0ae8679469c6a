// @ts-check
// Whether what this side says and shows really leaves it, as values: figures of one track and the time in, decisions out.
// After a change of network a browser may send a track no more; a phone that rings takes the microphone.

/**
 * @typedef {object} Look
 * @property {number} at  ms
 * @property {boolean} on  the connection flows and the track is wanted: open, not muted by the person
 * @property {boolean} taken  the system gives the page nothing of it now (MediaStreamTrack.muted)
 * @property {number} sent  packets sent so far
 * @property {number | null} energy  of the microphone so far; null where it is not counted
 * @typedef {'' | 'taken' | 'stuck' | 'flat'} Trouble  stuck: nothing is sent; flat: what is sent is digital silence
 * @typedef {'mend' | 'reopen' | 'lost' | 'back'} Decision
 * @typedef {{sent: number, sentAt: number, energy: number | null, loudAt: number, takenAt: number, tried: number, trouble: Trouble}} Outgoing
 */

const TAKEN_MS = 1000
const STUCK_MS = 3000
const FLAT_MS = 20_000 // a living microphone is never exactly silent for so long

/** @param {number} at @returns {Outgoing} */
export const begin = (at) => ({ sent: 0, sentAt: at, energy: null, loudAt: at, takenAt: 0, tried: 0, trouble: '' })

/** @param {Outgoing} was @param {Look} look @returns {{outgoing: Outgoing, decisions: Decision[]}} */
export function judge(was, look) {
  const { at, on } = look
  if (!on) return { outgoing: { ...begin(at), sent: look.sent, energy: look.energy }, decisions: was.trouble ? ['back'] : [] }
  const now = seen(was, look)
  const trouble = troubleOf(now, at)
  // First the track is put on its line again, then the device is opened again.
  if (trouble === 'stuck' && now.tried < 2) {
    return { outgoing: { ...now, sentAt: at, tried: now.tried + 1 }, decisions: [now.tried ? 'reopen' : 'mend'] }
  }
  return { outgoing: { ...now, trouble, tried: now.sentAt === at ? 0 : now.tried }, decisions: change(was.trouble, trouble) }
}

/** @param {Outgoing} was @param {Look} look @returns {Outgoing} */
function seen(was, { at, taken, sent, energy }) {
  return {
    ...was, sent, energy, sentAt: sent === was.sent ? was.sentAt : at,
    loudAt: energy === null || energy !== was.energy ? at : was.loudAt, takenAt: taken ? was.takenAt || at : 0,
  }
}

/** @param {Outgoing} now @param {number} at @returns {Trouble} */
function troubleOf({ sentAt, loudAt, takenAt }, at) {
  if (takenAt && at - takenAt >= TAKEN_MS) return 'taken'
  if (at - sentAt >= STUCK_MS) return 'stuck'
  return at - loudAt >= FLAT_MS ? 'flat' : ''
}

/** @param {Trouble} before @param {Trouble} after @returns {Decision[]} */
function change(before, after) {
  if (after && !before) return ['lost']
  return before && !after ? ['back'] : []
}

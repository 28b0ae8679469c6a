// @ts-check
// Which of the other side's connections a signal belongs to. Every RTCPeerConnection has a number that only rises, over
// reloads too; two connections that have met are a pair, and what belongs to an older pair is not looked at.

/**
 * @typedef {object} Pairing
 * @property {number} local  number of this side's connection
 * @property {number | null} partner  number of the other side's, once heard of
 * @property {number} retired  highest number the other side used with an earlier connection of ours
 */

/** The first number of a page, above all that its own earlier pages used: the epoch rises with each ticket.
 * @param {number} epoch */
export const firstNumber = (epoch) => epoch * 1024

/** @param {number} local @returns {Pairing} */
export const firstPairing = (local) => ({ local, partner: null, retired: -1 })

/** @param {Pairing} pairing @param {number} local @returns {Pairing} */
export const nextPairing = ({ partner, retired }, local) =>
  ({ local, partner: null, retired: Math.max(retired, partner ?? retired) })

/** @param {Pairing} pairing @param {number} attempt @returns {Pairing} */
export const paired = (pairing, attempt) => ({ ...pairing, partner: attempt })

/**
 * 'take' goes to the connection at hand, 'pair' too and fixes the pair, 'beside' is for a new connection.
 * @param {Pairing} pairing @param {{kind: string, attempt: number}} signal
 * @returns {'ignore' | 'take' | 'pair' | 'beside'}
 */
export function judge({ partner, retired }, { kind, attempt }) {
  if (attempt <= retired) return 'ignore'
  if (partner === null) return 'pair'
  if (attempt === partner) return 'take'
  return attempt > partner && (kind === 'offer' || kind === 'restart') ? 'beside' : 'ignore'
}

/**
 * Which connection to one person a signal is for, while there are two: a second one stands beside the first until it is
 * known which brings something. 'beside' needs a new second one.
 * @param {{main: Pairing, spare: Pairing | null, retired: number}} pair  retired: highest number the other side used with
 *   a connection that is over
 * @param {{kind: string, attempt: number}} signal
 * @returns {'ignore' | 'main' | 'spare' | 'beside'}
 */
export function route({ main, spare, retired }, signal) {
  const { kind, attempt } = signal
  if (attempt === main.partner) return 'main'
  if (attempt === spare?.partner) return 'spare'
  if (attempt <= Math.max(retired, main.retired) || kind === 'end') return 'ignore'
  if (spare) {
    const what = attempt > (main.partner ?? -1) ? judge(spare, signal) : 'ignore'
    return what === 'pair' ? 'spare' : what === 'beside' ? 'beside' : 'ignore'
  }
  const what = judge(main, signal)
  return what === 'pair' ? 'main' : what === 'beside' ? 'beside' : 'ignore'
}

/**
 * Perfect negotiation: what an offer that arrives now does.
 * 'anew' gives way with a fresh connection (nothing was ever agreed, so nothing is lost), 'yield' by rollback.
 * @param {{polite: boolean, busy: boolean, agreed: boolean}} side  busy: an own offer is being made or is out
 * @returns {'take' | 'ignore' | 'anew' | 'yield'}
 */
export function collision({ polite, busy, agreed }) {
  if (!busy) return 'take'
  if (!polite) return 'ignore'
  return agreed ? 'yield' : 'anew'
}

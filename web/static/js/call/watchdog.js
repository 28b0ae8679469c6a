// @ts-check
// What to do about a path that fell silent, as values: counts of packets and the time in, decisions out. It watches the
// transport and not the sound: who is muted, held or without a camera still answers checks, and a live path keeps counting.

/**
 * @typedef {{state: string, packets: number}} Path  RTCPeerConnection.connectionState; everything that ever arrived on it
 * @typedef {{at: number, main: Path, spare: Path | null}} Sample  at: ms of a clock that never jumps
 * @typedef {'look after the socket' | 'silent' | 'flows' | 'open spare' | 'keep main' | 'keep spare' | 'drop spare' | 'renew'} Decision
 * @typedef {object} Watch
 * @property {number} at  of the last sample
 * @property {number} cameAt  when something last arrived, or the page woke up
 * @property {number} heardAt  when something last arrived
 * @property {number} packets
 * @property {number} rhythm  usual time between two arrivals, ms
 * @property {number} since  when main or, while there is one, spare was made
 * @property {number} wait  how long a connection may take to come about; grows, since the room limits offers
 * @property {boolean} met  main was connected once
 * @property {boolean} silent @property {boolean} asked  after the socket, in this silence
 */

const SILENT_MS = 2000
const CHECKED_MS = 2500 // how often a path without any media is checked
const ASK_MS = 700
const POLITE_MS = 600 // more patience, so that both do not speak at once
const BLIND_MS = 1500 // a page that slept has not watched
const COME_ABOUT_MS = 8000
const LONGEST_WAIT_MS = 60_000

/** @param {number} at @returns {Watch} */
export const begin = (at) => ({
  at, cameAt: at, heardAt: 0, packets: 0, rhythm: CHECKED_MS, since: at, wait: COME_ABOUT_MS, met: false, silent: false, asked: false,
})

/** How soon to look again, ms. @param {Watch} watch */
export const pace = ({ at, cameAt, silent }) => (silent || at - cameAt > 500 ? 150 : 300)

const dead = (/** @type {Path} */ { state }) => state === 'failed' || state === 'closed'

/**
 * @param {Watch} watch @param {Sample} sample
 * @param {{polite: boolean, own: boolean, can: boolean}} side  own: this side opened the spare and decides which of the two
 *   stays; can: the other side can be told
 * @returns {{watch: Watch, decisions: Decision[]}}
 */
export function judge(watch, sample, side) {
  const seen = look(watch, sample)
  return seen.met ? live(seen, watch, sample, side) : coming(seen, sample, side)
}

/** @param {Watch} watch @param {Sample} sample @returns {Watch} */
function look(watch, { at, main }) {
  const came = main.packets > watch.packets // fewer: the browser forgot a path it no longer uses
  const gap = at - watch.cameAt
  const met = watch.met || main.state === 'connected'
  const begun = met && !watch.met
  return {
    ...watch, at, met, packets: main.packets,
    cameAt: came || begun || at - watch.at > BLIND_MS ? at : watch.cameAt,
    heardAt: came ? at : watch.heardAt,
    rhythm: came && !begun ? Math.max(0.9 * watch.rhythm, Math.min(gap, CHECKED_MS)) : watch.rhythm,
    silent: watch.silent && !(came && !dead(main)), asked: watch.asked && !came,
  }
}

/** Never connected yet: nothing is lost by beginning anew. @param {Watch} watch @param {Sample} sample @param {{can: boolean}} side
 * @returns {{watch: Watch, decisions: Decision[]}} */
function coming(watch, { at, main }, { can }) {
  const late = at - watch.since > (dead(main) ? SILENT_MS : watch.wait)
  if (!late || !can) return { watch, decisions: [] }
  return { watch: { ...watch, since: at, wait: longer(watch.wait) }, decisions: ['renew'] }
}

/** @param {Watch} watch @param {Watch} before @param {Sample} sample @param {{polite: boolean, own: boolean, can: boolean}} side
 * @returns {{watch: Watch, decisions: Decision[]}} */
function live(watch, before, { at, main, spare }, side) {
  /** @type {Decision[]} */ const decisions = []
  const silence = dead(main) ? Infinity : at - watch.cameAt
  const patience = Math.max(SILENT_MS, 1.5 * watch.rhythm)
  if (before.silent && !watch.silent) decisions.push('flows')
  if (silence >= patience - SILENT_MS + ASK_MS && !watch.asked) decisions.push('look after the socket')
  if (silence >= patience && !watch.silent) decisions.push('silent')
  const next = { ...watch, silent: silence >= patience, asked: watch.asked || decisions.includes('look after the socket') }
  if (spare) {
    const what = between(next, silence - patience, spare, side.own)
    return what ? { watch: chosen(next, spare, what), decisions: [...decisions, what] } : { watch: next, decisions }
  }
  if (silence < patience + (side.polite ? POLITE_MS : 0) || !side.can) return { watch: next, decisions }
  return { watch: { ...next, since: at }, decisions: [...decisions, 'open spare'] }
}

/**
 * Two connections side by side. Who opened the second decides, so that both sides keep the same one; the other side waits
 * for its word, unless that was lost on the way.
 * @param {Watch} watch @param {number} over  ms of silence on main beyond patience, negative while it speaks
 * @param {Path} spare @param {boolean} own @returns {Decision | null}
 */
function between({ at, since, wait, heardAt }, over, spare, own) {
  if (own && spare.state === 'connected') return 'keep spare'
  if (own && heardAt > since) return 'keep main'
  if (own) return dead(spare) || at - since > wait ? 'drop spare' : null
  if (spare.state === 'connected' && over > 0 && at - since > 2 * SILENT_MS) return 'keep spare'
  return dead(spare) || at - since > 2 * COME_ABOUT_MS ? 'drop spare' : null
}

/** @param {Watch} watch @param {Path} spare @param {Decision} what @returns {Watch} */
function chosen(watch, spare, what) {
  if (what === 'keep spare') return moved(watch.at, spare)
  return what === 'keep main' ? { ...watch, wait: COME_ABOUT_MS } : { ...watch, wait: longer(watch.wait) }
}

/** Main is now the connection that was the spare. @param {number} at @param {Path} path @returns {Watch} */
export const moved = (at, { packets, state }) => ({ ...begin(at), packets, met: state === 'connected' })

/** @param {number} wait */
const longer = (wait) => Math.min(2 * wait, LONGEST_WAIT_MS)

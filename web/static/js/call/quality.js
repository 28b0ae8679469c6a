// @ts-check
// Sound before pictures, as values: state + sample of `stats.js` -> state, and what it asks of this side's picture, sound and
// buffer. No clock, no browser. Numbers were chosen with `python -m bench impaired`.

import { look, open } from './road.js'
import { listen, repeat, wait } from './sound.js'

/**
 * @typedef {import('./stats.js').Sample} Sample
 * @typedef {'full' | 'reduced' | 'paused'} Video  what both people are told of this side's picture
 * @typedef {'good' | 'weak'} Sound  how the other side is heard
 * @typedef {'full' | 'reduced' | 'trial' | 'paused'} Picture  what is sent; 'trial' is tiny and nobody is told
 * @typedef {{picture: Picture, thrift: boolean, buffer: number, copies: number}} Order  thrift: little for
 *   the sound too; buffer: ms, 0 as the browser likes; copies: how many packets before go along with each one
 * @typedef {object} State
 * @property {Video} video @property {Sound} sound @property {Order} order
 * @property {Sample | null} last
 * @property {number} startedAt @property {number} tryingAt  0 while nothing is tried
 * @property {number} settledAt  when it came to what people are told
 * @property {number} calmSince  ms since nothing was wrong, at the present level
 * @property {number} strained  samples in a row that were too much for the present level
 * @property {number} downAt
 * @property {number} credit  how many more times the picture may change, as of `creditAt`; below 1 it does not come back yet
 * @property {number} creditAt
 * @property {number} roughAt  when sound was last lost
 * @property {number} lossy  share that is lost, smoothed @property {number} deepAt  when that was last much
 * @property {number} copiedAt  when as many copies as there are were last needed
 * @property {number} patchy  share of their sound that was invented, smoothed
 * @property {import('./road.js').Road} road
 */

const START = 4000 // the browser's own estimate is worth nothing before
const STARVED = 110_000 // bit/s: sound alone needs 90 thousand with everything around it
const CHOKED = 60_000
const NARROW = 220_000
const WIDE = 400_000
const SMALL_FITS = 125_000
const LOSSY = 0.15
const CALM_LOSS = 0.08
const STRAINED = 3
const CALM = 7000
const TRIAL = 5000
const FADE = 3000
// Fewer than two changes a minute, but a second bad spell soon after the first is no reason to wait.
const CREDIT = 4
const CREDIT_EVERY = 40_000

/** @returns {State} */
export function begin() {
  return {
    video: 'full', sound: 'good', order: { picture: 'full', thrift: false, buffer: 0, copies: 1 }, last: null, startedAt: 0, tryingAt: 0,
    settledAt: 0, calmSince: 0, strained: 0, credit: CREDIT, creditAt: 0, downAt: -Infinity, roughAt: -Infinity, lossy: 0, deepAt: -Infinity, copiedAt: -Infinity, patchy: 0,
    road: open(),
  }
}

/** Another connection carries the call: what is known stays, but no sample of it compares. @param {State} state */
export const moved = (state) => ({ ...state, last: null, startedAt: 0, road: open() })

/** @param {State} state @param {Sample} sample @param {boolean} showing  whether a camera is on @returns {State} */
export function watch(state, sample, showing = true) {
  const { last } = state
  const next = { ...state, last: sample, startedAt: state.startedAt || sample.at }
  if (!last || sample.at <= last.at) return { ...next, calmSince: sample.at }
  const road = look(next.road, sample)
  const seen = read(last, sample, road.crowded)
  const heard = listen({ ...next, road }, last, sample)
  const steered = showing ? steer(heard, seen, sample.at) : settle({ ...heard, video: 'full' }, sample.at)
  return repeat(wait(steered, seen, sample.at), sample.at)
}

/** What lies between two samples. @param {Sample} last @param {Sample} { route, said } @param {boolean} crowded */
function read(last, { route, said }, crowded) {
  const sent = (said?.packets ?? 0) - (last.said?.packets ?? 0)
  const again = (said?.again ?? 0) - (last.said?.again ?? 0)
  const loss = Math.max(sent > 10 ? Math.max(0, again) / sent : 0, said?.told ?? 0)
  const rate = route?.available ?? null
  return { loss, rate, starved: rate !== null && starved(rate, last.route?.available ?? rate, crowded ? 0 : loss) }
}

/** Whether sound alone fills the road. Where much is lost an estimate creeps down without that being so.
 * @param {number} rate @param {number} before @param {number} loss */
function starved(rate, before, loss) {
  return rate < STARVED && (loss <= LOSSY || rate < before / 2 || rate < CHOKED)
}

/** @param {State} state @param {{loss: number, rate: number | null, starved: boolean}} seen @param {number} at @returns {State} */
function steer(state, seen, at) {
  if (at - state.startedAt < START) return { ...state, calmSince: at }
  if (state.tryingAt) return judge(state, seen, at)
  if (state.video !== 'paused' && seen.starved) return down(state, 'paused', at)
  const tight = seen.loss > LOSSY || (seen.rate !== null && seen.rate < NARROW)
  const strained = tight ? state.strained + 1 : 0
  if (state.video === 'full') return strained >= STRAINED ? down(state, 'reduced', at) : { ...state, strained }
  if (state.video === 'reduced' && state.road.crowded && strained >= STRAINED) return down(state, 'paused', at)
  const calmSince = seen.loss > CALM_LOSS ? at : state.calmSince
  const ready = at - calmSince >= CALM && creditOf(state, at) >= 1
  if (ready) return attempt(state, state.video === 'paused' ? 'trial' : 'full', at)
  const order = state.video === 'paused' && at - state.settledAt >= FADE ? { ...state.order, picture: state.video } : state.order
  return { ...state, strained, calmSince, order }
}

/** Before it pauses, a picture becomes tiny: its first whole frame ends all asking for what was lost of the large one, which
 * would otherwise fill a narrow road for ten seconds. @param {State} state @param {Video} video @param {number} at @returns {State} */
function down(state, video, at) {
  const next = settle({ ...spend(state, at), video, downAt: at }, at)
  return video === 'paused' ? { ...next, order: { ...next.order, picture: 'trial' } } : next
}

/** Nobody is told before it holds. @param {State} state @param {Picture} picture @param {number} at @returns {State} */
function attempt(state, picture, at) {
  return { ...state, tryingAt: at, order: { ...state.order, picture, thrift: picture === 'trial' } }
}

/** A trial rises from the small picture to the whole one as far as there is room; it ends at the first sign of harm.
 * @param {State} state @param {{loss: number, rate: number | null}} seen @param {number} at @returns {State} */
function judge(state, { loss, rate }, at) {
  const since = at - state.tryingAt
  const room = rate ?? Infinity
  if (loss > LOSSY) return settle(state, at)
  if (state.order.picture === 'trial') {
    if (since >= 1500 && room > SMALL_FITS) return attempt(state, 'full', at)
    return since >= TRIAL ? settle(state, at) : state
  }
  if (room < STARVED) return settle(state, at)
  if (since >= 1500 && room > WIDE) return up(state, 'full', at)
  if (since < TRIAL) return state
  return state.video === 'paused' && room > NARROW ? up(state, 'reduced', at) : settle(state, at)
}

/** @param {State} state @param {Video} video @param {number} at @returns {State} */
function up(state, video, at) {
  return settle({ ...spend(state, at), video }, at)
}

/** @param {State} state @param {number} at */
const creditOf = ({ credit, creditAt }, at) => Math.min(CREDIT, credit + (at - creditAt) / CREDIT_EVERY)

/** @param {State} state @param {number} at @returns {State} */
const spend = (state, at) => ({ ...state, credit: creditOf(state, at) - 1, creditAt: at })

/** What is sent is what people are told. @param {State} state @param {number} at @returns {State} */
function settle(state, at) {
  const order = { ...state.order, picture: state.video, thrift: state.video === 'paused' }
  return { ...state, order, tryingAt: 0, strained: 0, settledAt: at, calmSince: at }
}

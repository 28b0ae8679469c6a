// @ts-check
// The sound's part of `quality.js`, as values: how the other side is heard, how long sound waits for what is late, and how
// much of what was said before goes along with each packet.

/** @typedef {import('./quality.js').State} State */
/** @typedef {import('./stats.js').Sample} Sample */

const BUFFER = 100
const BUFFER_HOLD = 30_000
const DEEP = 140
const DEEP_LOSS = 0.12
const DEEP_HOLD = 15_000
const COPY_LOSS = [0.02, 0.11] // two copies, three
const COPY_HOLD = 15_000
const EMPTIED = 10_000 // what stood in the queue of a narrow road when the picture was paused has passed by then

/** How the other side is heard. @param {State} state @param {Sample} last @param {Sample} now @returns {State} */
export function listen(state, last, now) {
  const played = (now.heard?.samples ?? 0) - (last.heard?.samples ?? 0)
  const invented = played > 0 ? Math.max(0, (now.heard?.concealed ?? 0) - (last.heard?.concealed ?? 0)) / played : 0
  const patchy = 0.75 * state.patchy + 0.25 * invented
  const sound = patchy > 0.08 ? 'weak' : patchy < 0.03 ? 'good' : state.sound
  const roughAt = invented > 0.01 ? now.at : state.roughAt
  return { ...state, patchy, sound, roughAt }
}

/**
 * How long sound waits for what is late: on a lossy road long enough to ask for it twice. A narrow road makes the browser
 * wait by itself. What this side loses stands for what the other loses, which nobody tells.
 * @param {State} state @param {{loss: number}} seen @param {number} at @returns {State}
 */
export function wait(state, { loss }, at) {
  const lossy = 0.8 * state.lossy + 0.2 * loss
  const deepAt = lossy > DEEP_LOSS && state.video !== 'paused' ? at : state.deepAt
  const rough = at - state.roughAt < BUFFER_HOLD || lossy > DEEP_LOSS / 2
  const buffer = at - deepAt < DEEP_HOLD ? DEEP : rough ? BUFFER : 0
  return { ...state, lossy, deepAt, order: { ...state.order, buffer } }
}

/**
 * How much of what was said before goes along, so that nothing need be asked for: more at once, fewer after a while. A narrow
 * road has no room for it, unless much is still lost when little is sent; where packets queue, copies are what is in the way.
 * @param {State} state @param {number} at @returns {State}
 */
export function repeat(state, at) {
  const emptied = at - state.downAt >= EMPTIED
  const asked = copiesFor(state, emptied)
  const { copies: before } = state.order
  const copiedAt = asked >= before ? at : state.copiedAt
  const now = asked >= before || at - copiedAt >= COPY_HOLD || state.road.crowded || (state.video === 'paused' && !emptied)
  return { ...state, copiedAt, order: { ...state.order, copies: now ? asked : before } }
}

/** @param {State} state @param {boolean} emptied */
function copiesFor({ lossy, video, road }, emptied) {
  if (road.crowded) return 1
  const much = lossy > COPY_LOSS[1]
  if (video === 'paused') return much && emptied ? 2 : 1
  return much ? 3 : lossy > COPY_LOSS[0] ? 2 : 1
}

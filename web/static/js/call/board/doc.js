// @ts-check
// The whiteboard as a value that two pages hold: whatever arrives, in any order and however often, both come to the same.
// A mark is put down once, and taken away once and for good; clearing takes all that was there. Pure.

/**
 * @typedef {{id: string, at: number, by: string, colour: number, points: readonly number[]}} Stroke  points: x, y, pressure of 0-100, ...
 * @typedef {{id: string, at: number, by: string, colour: number, x: number, y: number, text: string}} Note
 * @typedef {Stroke | Note} Mark
 * @typedef {object} Doc
 * @property {Record<string, Mark>} marks @property {Record<string, true>} gone  ids of marks that were taken away
 * @property {Record<string, Stroke>} live  strokes of the other side that are being drawn
 * @property {number} cleared  stamp: marks up to it are gone
 * @property {{at: number, on: boolean, by: string}} shown  whether the board lies open for both
 * @property {number} clock  the highest stamp seen @property {number} points  how many the strokes have
 */

export const WIDTH = 1000
export const HEIGHT = 800
export const LIMITS = Object.freeze({ marks: 1500, gone: 3000, notes: 60, points: 40_000, stroke: 1500, text: 280, live: 4, leap: 1_000_000 })

/** @returns {Doc} */
export const blank = () => ({ marks: {}, gone: {}, live: {}, cleared: 0, shown: { at: 0, on: false, by: '' }, clock: 0, points: 0 })

/** @param {Mark} mark @returns {mark is Note} */
export const isNote = (mark) => 'text' in mark

/** How many points. @param {Mark | undefined} mark */
const weight = (mark) => (mark && !isNote(mark) ? mark.points.length / 3 : 0)

/** What there is, from the lowest to the uppermost. @param {Doc} doc @returns {Mark[]} */
export const inOrder = (doc) => Object.values(doc.marks).sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))

/** Whether one more of this weight has room. @param {Doc} doc @param {boolean} note @param {number} [points] */
export function hasRoom(doc, note, points = 1) {
  const marks = Object.values(doc.marks)
  return marks.length < LIMITS.marks && Object.keys(doc.gone).length < LIMITS.gone && doc.points + points <= LIMITS.points
    && (!note || marks.filter(isNote).length < LIMITS.notes)
}

/** The board after a message of either side; the same value where it changes nothing. @param {Doc} doc @param {import('./messages.js').Message} said
 * @returns {Doc} */
export function apply(doc, said) {
  if (said.at > doc.clock + LIMITS.leap) return doc
  const next = TAKE[said.t](doc, said)
  return next === doc ? doc : { ...next, clock: Math.max(doc.clock, said.at) }
}

/** @type {Record<string, (doc: Doc, said: any) => Doc>} */
const TAKE = {
  mark: (doc, { mark }) => {
    if (mark.at <= doc.cleared || doc.gone[mark.id] || doc.marks[mark.id] || !hasRoom(doc, isNote(mark), weight(mark))) return doc
    return { ...without(doc, 'live', mark.id), marks: { ...doc.marks, [mark.id]: mark }, points: doc.points + weight(mark) }
  },
  live: (doc, { mark, from }) => {
    const { id, at } = mark
    const before = doc.live[id]?.points ?? []
    if (at <= doc.cleared || doc.gone[id] || doc.marks[id] || before.length !== from) return doc
    const points = [...before, ...mark.points]
    if (points.length > LIMITS.stroke * 3 || (!doc.live[id] && Object.keys(doc.live).length >= LIMITS.live)) return doc
    return { ...doc, live: { ...doc.live, [id]: { ...mark, points } } }
  },
  gone: (doc, { id, at }) => {
    if (at <= doc.cleared || doc.gone[id] || Object.keys(doc.gone).length >= LIMITS.gone) return doc
    const left = without(without(doc, 'live', id), 'marks', id)
    return { ...left, gone: { ...doc.gone, [id]: true }, points: doc.points - weight(doc.marks[id]) }
  },
  clear: (doc, { at }) => {
    if (at <= doc.cleared) return doc
    const marks = Object.fromEntries(Object.entries(doc.marks).filter(([, mark]) => mark.at > at))
    const gone = /** @type {Record<string, true>} */ (Object.fromEntries(Object.keys(doc.gone).filter((id) => stampOf(id) > at).map((id) => [id, true])))
    const live = Object.fromEntries(Object.entries(doc.live).filter(([, mark]) => mark.at > at))
    return { ...doc, marks, gone, live, cleared: at, points: Object.values(marks).reduce((sum, mark) => sum + weight(mark), 0) }
  },
  show: (doc, { at, on, by }) => {
    const { shown } = doc
    const later = at > shown.at || (at === shown.at && `${on} ${by}` > `${shown.on} ${shown.by}`)
    return later ? { ...doc, shown: { at, on, by } } : doc
  },
}

/** @param {Doc} doc @param {'live' | 'marks'} where @param {string} id @returns {Doc} */
function without(doc, where, id) {
  if (!doc[where][id]) return doc
  const { [id]: _, ...rest } = doc[where]
  return { ...doc, [where]: rest }
}

/** An id begins with its stamp, so that what was taken away before a clearing can be forgotten with it. @param {string} id */
export const stampOf = (id) => Number(id.split('.')[0])

/** Everything that the other page needs to have the same. @param {Doc} doc @returns {import('./messages.js').Message[]} */
export function snapshot(doc) {
  return [
    ...(doc.cleared ? [{ t: /** @type {const} */ ('clear'), at: doc.cleared }] : []),
    ...Object.keys(doc.gone).map((id) => ({ t: /** @type {const} */ ('gone'), at: stampOf(id), id })),
    ...inOrder(doc).map((mark) => ({ t: /** @type {const} */ ('mark'), at: mark.at, mark })),
    ...(doc.shown.at ? [{ t: /** @type {const} */ ('show'), ...doc.shown }] : []),
  ]
}

/** The last mark of this person. @param {Doc} doc @param {string} by @returns {Mark | undefined} */
export const lastOf = (doc, by) => inOrder(doc).findLast((mark) => mark.by === by)

/** Marks of this person that lie within `reach` of a place. @param {Doc} doc @param {string} by @param {number} x @param {number} y @param {number} reach */
export function near(doc, by, x, y, reach) {
  return inOrder(doc).filter((mark) => mark.by === by && touches(mark, x, y, reach)).map(({ id }) => id)
}

/** @param {Mark} mark @param {number} x @param {number} y @param {number} reach */
function touches(mark, x, y, reach) {
  if (isNote(mark)) return x > mark.x - reach && x < mark.x + 300 && Math.abs(y - mark.y) < 40
  for (let at = 0; at < mark.points.length; at += 3) {
    const [x0, y0] = [mark.points[at], mark.points[at + 1]]
    const [x1 = x0, y1 = y0] = [mark.points[at + 3], mark.points[at + 4]]
    if (toSegment(x, y, x0, y0, x1, y1) <= reach) return true
  }
  return false
}

/** Distance of a place to a line. @param {number} x @param {number} y @param {number} x0 @param {number} y0 @param {number} x1 @param {number} y1 */
function toSegment(x, y, x0, y0, x1, y1) {
  const long = (x1 - x0) ** 2 + (y1 - y0) ** 2
  const along = long ? Math.max(0, Math.min(1, ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / long)) : 0
  return Math.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0))
}

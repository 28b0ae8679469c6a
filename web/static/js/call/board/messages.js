// @ts-check
// The frames of the board's channel, as PROTOCOL.md has them ('Beside the media'): text in, a message or null out. Pure.

import { HEIGHT, LIMITS, WIDTH, stampOf } from './doc.js'

const LONGEST = 32 * 1024
const ID = /^\d{1,15}\.[a-z0-9]{8,24}$/
const UNSEEN = /[\p{Cc}\p{Cs}\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb]/gu
export const COLOURS = 4

/**
 * @typedef {{t: 'mark', at: number, mark: import('./doc.js').Mark} | {t: 'live', at: number, mark: import('./doc.js').Stroke, from: number}
 *   | {t: 'gone', at: number, id: string} | {t: 'clear', at: number} | {t: 'show', at: number, on: boolean, by: string}} Message
 */

/** @param {unknown} data @returns {Message | null} */
export function decode(data) {
  if (typeof data !== 'string' || data.length > LONGEST) return null
  try {
    const said = JSON.parse(data)
    return Object.hasOwn(READ, said?.t) ? READ[said.t](said) : null
  } catch {
    return null
  }
}

/** Without what hides or turns letters; '' is none. @param {unknown} raw */
export const cleanText = (raw) => (typeof raw === 'string' ? [...raw.replace(/\s+/g, ' ').replace(UNSEEN, '').trim()].slice(0, LIMITS.text).join('') : '')

const whole = (/** @type {any} */ value, /** @type {number} */ most) => Number.isInteger(value) && value >= 0 && value <= most
const person = (/** @type {any} */ by) => typeof by === 'string' && by.length > 0 && by.length <= 64
const stamp = (/** @type {any} */ at) => whole(at, Number.MAX_SAFE_INTEGER)

/** @param {any} points */
function drawn(points) {
  if (!Array.isArray(points) || !points.length || points.length % 3 || points.length > LIMITS.stroke * 3) return false
  return points.every((value, at) => whole(value, [WIDTH, HEIGHT, 100][at % 3]))
}

/** @param {any} mark @returns {import('./doc.js').Mark | null} */
function readMark(mark) {
  if (!mark || !ID.test(mark.id) || !person(mark.by) || !whole(mark.colour, COLOURS - 1)) return null
  const { id, by, colour, points, x, y } = mark
  const base = { id, at: stampOf(id), by, colour }
  if (drawn(points)) return { ...base, points }
  const text = cleanText(mark.text)
  return text && whole(x, WIDTH) && whole(y, HEIGHT) ? { ...base, x, y, text } : null
}

/** @type {Record<string, (said: any) => Message | null>} */
const READ = {
  mark: (said) => {
    const mark = readMark(said.mark)
    return mark && { t: 'mark', at: mark.at, mark }
  },
  live: (said) => {
    const mark = readMark(said.mark)
    return mark && 'points' in mark && whole(said.from, LIMITS.stroke * 3) ? { t: 'live', at: mark.at, mark, from: said.from } : null
  },
  gone: ({ id }) => (typeof id === 'string' && ID.test(id) ? { t: 'gone', at: stampOf(id), id } : null),
  clear: ({ at }) => (stamp(at) ? { t: 'clear', at } : null),
  show: ({ at, on, by }) => (stamp(at) && typeof on === 'boolean' && person(by) ? { t: 'show', at, on, by } : null),
}

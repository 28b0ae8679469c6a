// @ts-check
// The clock of the session, and how much of the booked time is left: said quietly, at a few moments, never over the picture.

import { elapsed } from './sentences.js'

const MINUTE = 60_000
const SHOWN = MINUTE
const OVER_SHOWN = 5 * MINUTE

/**
 * What is to be read now; null between the moments.
 * @param {number} now  ms since 1970 @param {number} ends  the booked end, the same @param {readonly number[]} marks  minutes before it
 * @returns {{key: string, minutes: number} | null}
 */
export function timeLeft(now, ends, marks) {
  const due = [...marks, 0].filter((minutes) => now >= ends - minutes * MINUTE)
  if (!due.length) return null
  const minutes = Math.min(...due)
  if (now - (ends - minutes * MINUTE) >= (minutes ? SHOWN : OVER_SHOWN)) return null
  return { key: minutes ? 'left.soon' : 'left.over', minutes }
}

/**
 * @param {HTMLElement} call  data-ends: ISO, '' when nothing is to be said; data-left: minutes before it
 * @param {object} page
 * @param {() => string} page.since  ISO, '' while nobody is in the session
 * @param {() => number} page.now  the server's clock
 * @param {(key: string, values: Record<string, string>) => string} page.words
 * @param {(at: number) => string} page.clock
 */
export function openTime(call, { since, now, words, clock }) {
  const shown = /** @type {HTMLElement} */ (call.querySelector('[data-elapsed]'))
  const line = /** @type {HTMLElement} */ (call.querySelector('[data-time-left]'))
  const ends = Date.parse(call.dataset.ends ?? '')
  const marks = (call.dataset.left ?? '').split(' ').filter(Boolean).map(Number)

  function look() {
    const began = since()
    write(shown, began ? elapsed(now() - Date.parse(began)) : '')
    const found = began && ends ? timeLeft(now(), ends, marks) : null
    write(line, found ? words(found.key, { count: String(found.minutes), at: clock(ends) }) : '')
    line.hidden = !found
    call.toggleAttribute('data-over', Boolean(began && ends && now() >= ends))
  }

  return { look }
}

/** @param {HTMLElement} at @param {string} text */
function write(at, text) {
  if (at.textContent !== text) at.textContent = text
}

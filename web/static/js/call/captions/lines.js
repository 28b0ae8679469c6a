// @ts-check
// What goes over the captions' channel, and the few lines that are shown of it. Pure.

/**
 * @typedef {{type: 'state', on: boolean}} Told  whether what this side says is written along
 * @typedef {{type: 'words', key: number, text: string, final: boolean}} Said
 * @typedef {{key: number, text: string, final: boolean, at: number}} Line
 */

const LONGEST = 400
const LINES = 2
const SHOWN_MS = 7000

/** @param {unknown} data  as it came over the channel; null for what is none of ours @returns {Told | Said | null} */
export function read(data) {
  if (typeof data !== 'string' || data.length > 4 * LONGEST) return null
  /** @type {any} */ let found
  try {
    found = JSON.parse(data)
  } catch {
    return null
  }
  if (found?.type === 'state' && typeof found.on === 'boolean') return { type: 'state', on: found.on }
  if (found?.type !== 'words' || !Number.isInteger(found.key) || typeof found.text !== 'string') return null
  return { type: 'words', key: found.key, text: found.text.slice(-LONGEST), final: found.final === true }
}

/** @param {{key: number, text: string, final: boolean}} words */
export const said = ({ key, text, final }) => JSON.stringify({ type: 'words', key, text: text.slice(-LONGEST), final })

/** @param {boolean} on */
export const told = (on) => JSON.stringify({ type: 'state', on })

/** A line that is heard better takes its own place; the last two stay. @param {readonly Line[]} lines @param {Said} words @param {number} at @returns {Line[]} */
export function put(lines, { key, text, final }, at) {
  const others = lines.filter((one) => one.key !== key)
  return text ? [...others, { key, text, final, at }].sort((one, other) => one.key - other.key).slice(-LINES) : others
}

/** Lines that were said a while ago go. @param {readonly Line[]} lines @param {number} now */
export const fresh = (lines, now) => lines.filter((one) => now - one.at < SHOWN_MS)

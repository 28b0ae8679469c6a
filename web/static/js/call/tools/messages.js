// @ts-check
// The frames of the tools' channel, as PROTOCOL.md has them ('Beside the media'): text in, a message or null out. Pure.

const LONGEST = 1024
const TOOL = /^(?:breath|sit)\/[a-z0-9-]{1,24}$|^(?:mood|thought)$/
const FIELDS = ['situation', 'feeling', 'strength', 'thought', 'other']
const LONG_TEXT = 400

/**
 * @typedef {{tool: string, begins: number, paused: number | null}} Run  `begins` by the clock of who said it; `paused`: ms gone by then
 * @typedef {{t: 'ask', n: number, sent: number} | {t: 'tell', n: number, sent: number, there: number, answered: number, low: number | null, high: number | null}
 *   | {t: 'run', at: number, by: string, run: Run | null} | {t: 'mood', x: number, y: number}
 *   | import('./sheet.js').Written} Message
 */

const number = (/** @type {any} */ value) => Number.isFinite(value) && Math.abs(value) < 1e14
const whole = (/** @type {any} */ value, /** @type {number} */ most) => Number.isInteger(value) && value >= 0 && value <= most
const bound = (/** @type {any} */ value) => value === null || number(value)

/** @type {Record<string, (said: any) => Message | null>} */
const READ = {
  ask: ({ n, sent }) => (whole(n, 1e9) && number(sent) ? { t: 'ask', n, sent } : null),
  tell: ({ n, sent, there, answered, low, high }) =>
    whole(n, 1e9) && [sent, there, answered].every(number) && bound(low) && bound(high) ? { t: 'tell', n, sent, there, answered, low, high } : null,
  run: ({ at, by, run }) => {
    if (!whole(at, Number.MAX_SAFE_INTEGER) || typeof by !== 'string' || !by || by.length > 64) return null
    if (run === null) return { t: 'run', at, by, run }
    const { tool, begins, paused } = run ?? {}
    const fits = typeof tool === 'string' && TOOL.test(tool) && number(begins) && (paused === null || (number(paused) && paused >= 0))
    return fits ? { t: 'run', at, by, run: { tool, begins, paused } } : null
  },
  write: ({ field, at, by, text }) => {
    const fits = FIELDS.includes(field) && whole(at, Number.MAX_SAFE_INTEGER) && typeof by === 'string' && by && by.length <= 64
    return fits && typeof text === 'string' && text.length <= LONG_TEXT ? { t: 'write', field, at, by, text } : null
  },
  mood: ({ x, y }) => (whole(x, 10) && whole(y, 10) ? { t: 'mood', x, y } : null),
}

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

// @ts-check
// The frames of the file channel, as PROTOCOL.md has them ('Beside the media'). Text in, a message or null out: whatever is
// not exactly one of these is none. Pure.

import { cleanName, cleanType } from './names.js'

export const CHUNK = 16 * 1024
export const LARGEST = 50 * 1000 * 1000
const LONGEST_FRAME = 4096
const HEAD = 8

/** @typedef {{t: 'offer', n: number, name: string, size: number, type: string} | {t: 'end', n: number, hash: string}
 *   | {t: 'accept' | 'refuse' | 'stop' | 'done' | 'bad', n: number}} Message */

const count = (/** @type {unknown} */ value, most = 2 ** 32 - 1) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= most

/** @param {string} text @returns {Message | null} */
export function decode(text) {
  if (text.length > LONGEST_FRAME) return null
  try {
    const said = JSON.parse(text)
    return count(said?.n) && Object.hasOwn(READ, said.t) ? READ[said.t](said) : null
  } catch {
    return null
  }
}

const plain = (/** @type {any} */ { t, n }) => ({ t, n })

/** @type {Record<string, (said: any) => Message | null>} */
const READ = {
  offer: ({ n, name, size, type }) => (typeof name === 'string' && count(size, LARGEST)
    ? { t: 'offer', n, name: cleanName(name), size, type: cleanType(type) } : null),
  end: ({ n, hash }) => (/^[0-9a-f]{64}$/.test(hash) ? { t: 'end', n, hash } : null),
  accept: plain, refuse: plain, stop: plain, done: plain, bad: plain,
}

/** @param {number} n @param {number} at  number of the chunk @param {Uint8Array} bytes */
export function pack(n, at, bytes) {
  const frame = new Uint8Array(HEAD + bytes.length)
  const head = new DataView(frame.buffer)
  head.setUint32(0, n)
  head.setUint32(4, at)
  frame.set(bytes, HEAD)
  return frame
}

/** @param {ArrayBuffer} frame @returns {{n: number, at: number, bytes: Uint8Array} | null} */
export function unpack(frame) {
  if (frame.byteLength <= HEAD || frame.byteLength > HEAD + CHUNK) return null
  const head = new DataView(frame)
  return { n: head.getUint32(0), at: head.getUint32(4), bytes: new Uint8Array(frame, HEAD) }
}

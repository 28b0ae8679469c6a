// @ts-check
// Redundancy for sound that goes further back (RED, RFC 2198): a browser puts the packet before into each packet, and where
// every third is lost that is not enough. Pure: one payload in, one payload out.

/** @typedef {{at: number, type: number, data: Uint8Array}} Block  at: RTP timestamp, 32 bit; type: payload type */

export const MOST = 3
const FURTHEST = 0x3fff // ticks that 14 bits can say
const LARGEST = 0x3ff // bytes that 10 bits can say
const FULL = 1100 // bytes of a payload that certainly fit one packet

/**
 * The blocks of a redundant payload, the oldest first; the last is the present. Nothing where it is not one.
 * @param {Uint8Array} payload @param {number} at  RTP timestamp of the packet
 * @returns {Block[]}
 */
export function opened(payload, at) {
  /** @type {{type: number, back: number, size: number}[]} */ const heads = []
  let place = 0
  while (payload[place] & 0x80) {
    if (place + 4 > payload.length) return []
    const [first, high, middle, low] = payload.subarray(place, place + 4)
    heads.push({ type: first & 0x7f, back: (high << 6) | (middle >> 2), size: ((middle & 3) << 8) | low })
    place += 4
  }
  if (place >= payload.length) return []
  heads.push({ type: payload[place], back: 0, size: payload.length - place - 1 - heads.reduce((sum, { size }) => sum + size, 0) })
  place += 1
  if (heads[heads.length - 1].size < 0) return []
  return heads.map(({ type, back, size }) => {
    place += size
    return { at: (at - back) >>> 0, type, data: payload.slice(place - size, place) }
  })
}

/**
 * The same sound with older blocks before it, as many as fit. An empty payload where the present itself is empty.
 * @param {Block} now @param {readonly Block[]} older  the oldest first @returns {Uint8Array}
 */
export function closed(now, older) {
  const kept = fitting(now, older)
  const payload = new Uint8Array(kept.reduce((sum, { data }) => sum + 4 + data.length, 1 + now.data.length))
  let place = 0
  for (const { at, type, data } of kept) {
    const back = (now.at - at) >>> 0
    payload.set([0x80 | type, back >> 6, ((back & 0x3f) << 2) | (data.length >> 8), data.length & 0xff], place)
    place += 4
  }
  payload[place] = now.type
  place += 1
  for (const { data } of [...kept, now]) {
    payload.set(data, place)
    place += data.length
  }
  return payload
}

/** The newest first to be taken, since it is the likeliest to be in time. @param {Block} now @param {readonly Block[]} older */
function fitting(now, older) {
  /** @type {Block[]} */ const kept = []
  let room = FULL - 1 - now.data.length
  for (const one of [...older].reverse()) {
    const back = (now.at - one.at) >>> 0
    room -= 4 + one.data.length
    if (room < 0) break
    if (back > 0 && back <= FURTHEST && one.data.length <= LARGEST && one.data.length > 0) kept.unshift(one)
  }
  return kept
}

/** Payload after payload with as many copies as are wished for; fewer than two leave a payload as the browser made it. */
export function openCopier() {
  /** @type {Block[]} */ let older = []
  /** @param {Uint8Array} payload @param {number} at @param {number} copies @returns {Uint8Array} */
  return (payload, at, copies) => {
    const now = opened(payload, at).at(-1)
    if (!now) return payload
    const next = copies > 1 ? closed(now, older.slice(-copies)) : payload
    older = [...older, now].slice(-MOST)
    return next
  }
}

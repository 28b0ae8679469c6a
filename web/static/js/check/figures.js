// @ts-check
// From what a browser counts to the few figures of the check. Pure.

const WINDOW = 5 // bins: half a second

/**
 * The best half second, so that neither a slow beginning nor a pause at the end counts.
 * @param {number[]} bins  bytes that arrived in each tenth of a second
 * @returns {number | null}  kbit/s; null: nothing arrived
 */
export function throughput(bins) {
  const total = bins.reduce((sum, one) => sum + one, 0)
  if (!total) return null
  const width = Math.min(WINDOW, bins.length)
  let best = 0
  for (let at = 0; at + width <= bins.length; at += 1) {
    best = Math.max(best, bins.slice(at, at + width).reduce((sum, one) => sum + one, 0))
  }
  return Math.round((best * 8) / (width * 100))
}

/** The middle one. @param {number[]} values @returns {number | null} */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted.length ? sorted[Math.floor((sorted.length - 1) / 2)] : null
}

/**
 * What the connection says of itself: `loss` a share, the worse of the two ways; `jitter` in ms, the worse of the two ends.
 * The echo keeps the numbers of packets, so what is missing here was lost on either way, and what the echo missed, upwards.
 * @param {Iterable<any>} stats  of getStats()
 * @returns {{way: 'direct' | 'relay', loss: number | null, jitter: number | null, rtt: number | null, frames: number}}
 */
export function read(stats) {
  const all = [...stats]
  const find = (/** @type {string} */ type, /** @type {string} */ kind) => all.find((one) => one.type === type && one.kind === kind)
  const [sent, there, back] = [find('outbound-rtp', 'audio'), find('remote-inbound-rtp', 'audio'), find('inbound-rtp', 'audio')]
  const up = there ? share(there.packetsLost, sent?.packetsSent) : null
  const both = back ? share(back.packetsLost, back.packetsReceived + Math.max(0, back.packetsLost)) : null
  const down = both === null ? null : Math.max(0, both - (up ?? 0))
  return {
    way: wayOf(all),
    loss: worse(up, down),
    jitter: worse(milliseconds(there?.jitter), milliseconds(back?.jitter)),
    rtt: milliseconds(pairOf(all)?.currentRoundTripTime),
    frames: find('inbound-rtp', 'video')?.framesDecoded ?? 0,
  }
}

/** @param {any[]} all */
function pairOf(all) {
  const chosen = all.find((one) => one.type === 'transport')?.selectedCandidatePairId
  return all.find((one) => one.type === 'candidate-pair' && (chosen ? one.id === chosen : one.nominated && one.state === 'succeeded'))
}

/** @param {any[]} all @returns {'direct' | 'relay'} */
function wayOf(all) {
  const local = all.find((one) => one.id === pairOf(all)?.localCandidateId)
  return local?.candidateType === 'relay' ? 'relay' : 'direct'
}

/** @param {number | undefined} lost @param {number | undefined} of */
const share = (lost = 0, of = 0) => (of > 0 ? Math.min(1, Math.max(0, lost) / of) : null)

/** @param {number | undefined} seconds */
const milliseconds = (seconds) => (seconds === undefined ? null : Math.round(seconds * 1000))

/** @param {number | null} one @param {number | null} other */
const worse = (one, other) => (one === null ? other : other === null ? one : Math.max(one, other))

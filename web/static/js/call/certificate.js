// @ts-check
// The one certificate of this person in this visit and browser. Every connection uses it, rebuilt ones and those after a
// reload too, so that what two people compared stays true to the end; then it is forgotten.

const KEY = 'certificate.'
const DAY_MS = 24 * 3600 * 1000
const PATIENCE_MS = 1500
const FORGET_MS = 500
/** @type {any} */
const KIND = { name: 'ECDSA', namedCurve: 'P-256', expires: 2 * DAY_MS }

/**
 * @param {string} visit
 * @param {import('../lib/shelf.js').Shelf} shelf
 * @param {{RTCPeerConnection: any, now: () => number, later: (work: () => void, ms: number) => any}} world
 */
export function openCertificate(visit, shelf, world) {
  const key = KEY + visit
  /** @type {RTCCertificate | undefined} */ let certificate
  const young = (/** @type {any} */ one) => Boolean(one?.certificate) && world.now() - one.at < DAY_MS

  /** @param {number} ms @returns {Promise<never>} */
  const slow = (ms) => new Promise((_, fail) => world.later(() => fail(new Error('no answer')), ms))

  async function find() {
    const kept = await shelf.read(key)
    if (young(kept)) return kept.certificate
    const made = { certificate: await world.RTCPeerConnection.generateCertificate(KIND), at: world.now() }
    return (await shelf.put(key, made, young)).certificate
  }

  /** A browser that keeps nothing, or does not answer, still gets a certificate: one for this page. */
  async function get() {
    try {
      certificate = await Promise.race([find(), slow(PATIENCE_MS)])
    } catch {
      certificate = await world.RTCPeerConnection.generateCertificate(KIND)
    }
  }

  // Neither a connection nor a search for paths. What closed tabs left of other visits goes meanwhile.
  const ready = get()
  ready.then(() => shelf.drop((name, value) => name.startsWith(KEY) && !young(value))).catch(() => {})

  return {
    /** Resolves when there is one. */
    ready,
    get: () => certificate,
    /** The visit is over. Resolves when it is gone, or when it takes too long to wait for. */
    forget: () => Promise.race([shelf.drop((name) => name === key), slow(FORGET_MS)]).catch(() => {}),
  }
}

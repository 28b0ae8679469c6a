// @ts-check
// The one certificate of this person in this visit and browser. Every connection uses it, rebuilt ones and those after a
// reload too, so that what two people compared stays true to the end; then it is forgotten.

const PATIENCE_MS = 1500
/** @type {any} */
const KIND = { name: 'ECDSA', namedCurve: 'P-256', expires: 48 * 3600 * 1000 }

/**
 * @param {ReturnType<typeof import('./memory.js').openMemory>} memory
 * @param {{RTCPeerConnection: any, later: (work: () => void, ms: number) => any}} world
 */
export function openCertificate(memory, { RTCPeerConnection, later }) {
  /** @type {RTCCertificate | undefined} */ let certificate
  const make = () => RTCPeerConnection.generateCertificate(KIND)
  const find = async () => (await memory.read('certificate')) ?? memory.agree('certificate', await make())

  /** A browser that keeps nothing, or does not answer, still gets a certificate: one for this page. */
  async function get() {
    const slow = new Promise((_, fail) => later(() => fail(new Error('no answer')), PATIENCE_MS))
    certificate = await Promise.race([find(), slow]).catch(make)
  }

  return {
    /** Resolves when there is one; neither a connection nor a search for paths. */
    ready: get(),
    get: () => certificate,
  }
}

// @ts-check
// One connection to the clinic's echo: the offer is posted, the answer comes back with it, and nothing else is said.

/** Why there is none: 'refused' by the server, 'relay': no relay gave an address, 'silent': nothing came through. */
export class NoSession extends Error {}

/**
 * @typedef {{pc: RTCPeerConnection, ping: RTCDataChannel, burst: RTCDataChannel, connectMs: number, close: () => void}} Session
 * @typedef {{RTCPeerConnection: any, now: () => number, later: (work: () => void, ms: number) => any, cancel: (timer: any) => void,
 *   post: (url: string, value: any) => Promise<{ok: boolean, data: any}>}} World
 */

/**
 * @param {object} options
 * @param {string} options.url @param {RTCIceServer[]} options.iceServers @param {boolean} options.relayOnly
 * @param {MediaStreamTrack[]} options.tracks @param {number} options.gatherMs @param {number} options.connectMs
 * @param {World} options.world
 * @returns {Promise<Session>}  raises NoSession
 */
export async function openSession({ url, iceServers, relayOnly, tracks, gatherMs, connectMs, world }) {
  const pc = new world.RTCPeerConnection({ iceServers, iceTransportPolicy: relayOnly ? 'relay' : 'all', bundlePolicy: 'max-bundle' })
  try {
    for (const track of tracks) pc.addTransceiver(track, { direction: 'sendrecv' })
    const ping = pc.createDataChannel('ping', { ordered: false, maxRetransmits: 0 })
    const burst = pc.createDataChannel('burst')
    await pc.setLocalDescription()
    // Without a relay the echo learns where we are from our own knocking: there is nothing to wait for.
    if (iceServers.length) await gathered(pc, relayOnly, gatherMs, world)
    if (relayOnly && !/ typ relay/.test(pc.localDescription.sdp)) throw new NoSession('relay')
    const answer = await world.post(url, { sdp: pc.localDescription.sdp })
    if (!answer.ok) throw new NoSession('refused')
    const began = world.now()
    await pc.setRemoteDescription({ type: 'answer', sdp: answer.data.sdp })
    await within(connectMs, world, (done) => { ping.onopen = () => done() })
    return { pc, ping, burst, connectMs: Math.round(world.now() - began), close: () => pc.close() }
  } catch (error) {
    pc.close()
    throw error
  }
}

/** All candidates, or the first of the relay where only that counts; whatever there is when the time is over.
 * @param {any} pc @param {boolean} relayOnly @param {number} ms @param {World} world */
function gathered(pc, relayOnly, ms, world) {
  if (pc.iceGatheringState === 'complete') return Promise.resolve()
  return within(ms, world, (done) => {
    pc.onicegatheringstatechange = () => { if (pc.iceGatheringState === 'complete') done() }
    pc.onicecandidate = (/** @type {any} */ event) => { if (relayOnly && event.candidate?.type === 'relay') done() }
  }).catch(() => {})
}

/** @param {number} ms @param {World} world @param {(done: (value?: any) => void) => void} start @returns {Promise<any>}  raises NoSession */
export function within(ms, world, start) {
  return new Promise((resolve, reject) => {
    const timer = world.later(() => reject(new NoSession('silent')), ms)
    start((value) => {
      world.cancel(timer)
      resolve(value)
    })
  })
}

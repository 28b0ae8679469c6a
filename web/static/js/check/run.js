// @ts-check
// The last step of the check with the browser around it: the tracks that are sent, and the words that come back.

import { postJson } from '../lib/http.js'
import { measure } from './network.js'

/** @type {import('./session.js').World} */
const WORLD = {
  RTCPeerConnection: globalThis.RTCPeerConnection,
  now: () => performance.now(),
  later: (work, ms) => setTimeout(work, ms),
  cancel: (timer) => clearTimeout(timer),
  post: postJson,
}

/**
 * @param {object} options
 * @param {string} options.base @param {MediaStreamTrack | null} options.mic @param {MediaStreamTrack | null} options.camera
 * @param {(stage: string) => void} options.tell @param {AbortSignal} options.signal
 */
export async function runNetwork({ base, mic, camera, tell, signal }) {
  const quiet = mic ? null : silence()
  const tracks = [mic ?? quiet?.track, camera].filter((one) => one !== null && one !== undefined)
  try {
    return await measure({ base, tracks, tell, signal, world: WORLD })
  } finally {
    await quiet?.sound.close()
  }
}

/** Packets of sound to count, where no microphone is open. */
function silence() {
  const sound = new AudioContext()
  const out = sound.createMediaStreamDestination()
  const nothing = new ConstantSourceNode(sound, { offset: 0 })
  nothing.connect(out)
  nothing.start()
  return { sound, track: out.stream.getAudioTracks()[0] }
}

/** The words of the verdict as nodes; null when the clinic's server was not reached. @param {string} base @param {object} figures */
export async function verdictOf(base, figures) {
  try {
    const answer = await fetch(`${base}/result`, {
      method: 'POST', body: JSON.stringify(figures), credentials: 'same-origin',
      headers: { accept: 'text/html', 'content-type': 'application/json' }, signal: AbortSignal.timeout(8000),
    })
    return answer.ok ? [...new DOMParser().parseFromString(await answer.text(), 'text/html').body.childNodes] : null
  } catch {
    return null
  }
}

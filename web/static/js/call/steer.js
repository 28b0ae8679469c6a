// @ts-check
// Reads the connection once a second and performs what `quality.js` asks of it.

import { begin, moved, watch } from './quality.js'
import { read, sampleOf } from './stats.js'

/** @typedef {import('./quality.js').Order} Order */

const PICTURES = {
  full: { active: true },
  reduced: { active: true, maxFramerate: 15, maxBitrate: 200_000, height: 240 },
  trial: { active: true, maxFramerate: 5, maxBitrate: 200_000, height: 60 },
  paused: { active: false },
}
// Speech is well understood at this, and it leaves room in 100 kbit/s for itself twice and for what is asked for again.
const THRIFT = 18_000

/**
 * @param {object} call
 * @param {() => {pc: RTCPeerConnection, lines: import('./lines.js').Lines} | undefined} call.now  what carries the call
 * @param {(sender: RTCRtpSender, copies: number) => void} call.copy  how many packets before go along with each one
 * @param {(told: {video: import('./quality.js').Video, sound: import('./quality.js').Sound}) => void} call.tell  when it changed
 */
export function openSteer({ now, copy, tell }) {
  let state = begin()
  /** @type {RTCPeerConnection | null} */ let on = null
  let done = ''
  let busy = false

  /** Once a second; a slow answer is waited for, never asked for twice. */
  async function look() {
    const call = now()
    if (busy || call?.pc.connectionState !== 'connected') return
    busy = true
    try {
      const stats = await read(call.pc)
      if (on !== call.pc) {
        state = moved(state)
        done = ''
      }
      on = call.pc
      take(watch(state, sampleOf(stats.values(), performance.now()), Boolean(call.lines.camera?.sender.track)), call.lines)
    } finally {
      busy = false
    }
  }

  /** @param {import('./quality.js').State} next @param {import('./lines.js').Lines} lines */
  function take(next, lines) {
    const before = state
    state = next
    const wish = JSON.stringify([next.order, lines.camera?.sender.track?.id])
    if (wish !== done) perform(next.order, lines, copy)
    done = wish
    if (next.video !== before.video || next.sound !== before.sound) tell({ video: next.video, sound: next.sound })
  }

  return { look }
}

/** @param {Order} order @param {import('./lines.js').Lines} lines @param {(sender: RTCRtpSender, copies: number) => void} copy */
function perform({ picture, thrift, buffer, copies }, { mic, camera }, copy) {
  const { height, ...limits } = /** @type {{height?: number, active: boolean}} */ (PICTURES[picture])
  const tall = camera?.sender.track?.getSettings?.().height ?? 720
  set(camera?.sender, { ...limits, scaleResolutionDownBy: height ? Math.max(1, tall / height) : 1 }, ['maxFramerate', 'maxBitrate'])
  if (mic) copy(mic.sender, copies)
  set(mic?.sender, thrift ? { maxBitrate: THRIFT } : {}, ['maxBitrate'])
  if (mic && 'jitterBufferTarget' in mic.receiver) mic.receiver.jitterBufferTarget = buffer || null
}

/** What is not wished for is taken back. @param {RTCRtpSender | undefined} sender @param {object} wish @param {string[]} free */
function set(sender, wish, free) {
  const given = sender?.getParameters()
  if (!sender || !given?.encodings?.length) return
  given.encodings = given.encodings.map((one) => {
    const kept = Object.fromEntries(Object.entries(one).filter(([name]) => !free.includes(name)))
    return { ...kept, ...wish }
  })
  sender.setParameters(given).catch(() => {}) // an older browser goes on as it is
}

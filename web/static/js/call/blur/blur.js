// @ts-check
// A camera's track with the background blurred, made on this device. Loaded when somebody first asks for it.

import { begin, take, verdict } from './judge.js'

const EVERY_MS = 40
const TALLEST = 480
const COARSE = [8, 48, 12] // the background is made so many times smaller, step by step, and comes back without its details
const PATIENCE_MS = 20_000

export class TooSlow extends Error {
  name = 'TooSlow'
}

/**
 * @param {MediaStreamTrack} raw  stays open as long as the new track does, and is stopped with it
 * @param {() => void} gaveUp  it was quick enough, and is so no longer
 * @returns {Promise<MediaStreamTrack>}  when its first pictures are blurred; rejects with TooSlow
 */
export async function blurred(raw, gaveUp) {
  if (await byItself(raw, true)) return raw
  const worker = new Worker(new URL('./worker.js', import.meta.url))
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, srcObject: new MediaStream([raw]) })
  const end = () => {
    worker.postMessage({ type: 'close' })
    video.srcObject = null
  }
  try {
    const [size] = await inTime(Promise.all([ready(worker), video.play()]))
    return await inTime(start(raw, video, worker, size, end, gaveUp))
  } catch {
    end()
    throw new TooSlow()
  }
}

/** Whether the browser or the system does it. @param {MediaStreamTrack} raw @param {boolean} on */
export async function byItself(raw, on) {
  /** @type {any} */ const can = raw.getCapabilities?.() ?? {}
  if (!can.backgroundBlur?.includes(on)) return false
  await raw.applyConstraints(/** @type {any} */ ({ ...raw.getConstraints(), backgroundBlur: on })).catch(() => {})
  return /** @type {any} */ (raw.getSettings()).backgroundBlur === on
}

/** @template T @param {Promise<T>} work @returns {Promise<T>} */
const inTime = (work) => Promise.race([work, new Promise((_, fail) => setTimeout(() => fail(new TooSlow()), PATIENCE_MS))])

/** @param {Worker} worker @returns {Promise<{width: number, height: number}>} */
function ready(worker) {
  worker.postMessage({ type: 'open', every: EVERY_MS })
  return new Promise((done, fail) => {
    worker.onmessage = ({ data }) => (data.type === 'ready' ? done(data) : data.type === 'none' && fail(new TooSlow()))
    worker.onerror = fail
  })
}

/**
 * @param {MediaStreamTrack} raw @param {HTMLVideoElement} video @param {Worker} worker @param {{width: number, height: number}} size
 * @param {() => void} end @param {() => void} gaveUp @returns {Promise<MediaStreamTrack>}
 */
function start(raw, video, worker, size, end, gaveUp) {
  const paint = openPaint(video, size)
  const track = dressed(paint.canvas.captureStream(1000 / EVERY_MS).getVideoTracks()[0], raw, end)
  let judge = begin()
  let since = 0 // a picture is with the worker
  let last = 0
  let first = true
  function next() {
    if (since || video.readyState < 2 || performance.now() - last < EVERY_MS - 5) return
    last = since = performance.now()
    const picture = paint.small()
    worker.postMessage({ type: 'picture', picture }, [picture.data.buffer])
  }
  return new Promise((done, fail) => {
    worker.onmessage = ({ data }) => {
      if (raw.readyState === 'ended' || data.type === 'none') return fail(new TooSlow())
      if (data.type === 'beat') return next()
      if (data.type !== 'mask') return
      paint.whole(data.picture)
      const now = performance.now()
      judge = take(judge, now - since, now)
      since = 0
      const found = verdict(judge, now, first)
      if (found === 'fine') first = false
      if (found === 'fine') done(track)
      if (found !== 'slow') return next()
      worker.onmessage = null
      if (first) fail(new TooSlow())
      else gaveUp()
    }
  })
}

/** @param {HTMLVideoElement} video @param {{width: number, height: number}} size  of a mask */
function openPaint(video, size) {
  const scale = Math.min(1, TALLEST / video.videoHeight)
  const [width, height] = [video.videoWidth * scale, video.videoHeight * scale].map(Math.round)
  const whole = canvasOf(width, height)
  const small = canvasOf(size.width, size.height, true)
  const steps = COARSE.map((by) => canvasOf(width / by, height / by))
  for (const one of [whole, ...steps]) Object.assign(one, { imageSmoothingEnabled: true, imageSmoothingQuality: 'medium' })
  return {
    canvas: whole.canvas,
    small: () => {
      small.drawImage(video, 0, 0, size.width, size.height)
      return small.getImageData(0, 0, size.width, size.height)
    },
    /** The person as they are, all else coarse and soft. No filters: not every browser has them, and they are dear without a
     * graphics card. @param {ImageData} mask */
    whole: (mask) => {
      small.putImageData(mask, 0, 0)
      /** @type {CanvasImageSource} */ let from = video
      for (const one of steps) {
        one.drawImage(from, 0, 0, one.canvas.width, one.canvas.height)
        from = one.canvas
      }
      whole.globalCompositeOperation = 'copy'
      whole.drawImage(small.canvas, 0, 0, width, height)
      whole.globalCompositeOperation = 'source-in'
      whole.drawImage(video, 0, 0, width, height)
      whole.globalCompositeOperation = 'destination-over'
      whole.drawImage(from, 0, 0, width, height)
    },
  }
}

/** @param {number} width @param {number} height */
function canvasOf(width, height, willReadFrequently = false) {
  const canvas = Object.assign(document.createElement('canvas'), { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) })
  return /** @type {CanvasRenderingContext2D & {canvas: HTMLCanvasElement}} */ (canvas.getContext('2d', { willReadFrequently }))
}

/** The new track, which speaks for the camera behind it: its device, whether the system took it, its end.
 * @param {MediaStreamTrack} track @param {MediaStreamTrack} raw @param {() => void} end */
function dressed(track, raw, end) {
  const stop = track.stop.bind(track)
  const settings = track.getSettings.bind(track)
  Object.defineProperty(track, 'muted', { get: () => raw.muted })
  track.getSettings = () => ({ ...raw.getSettings(), ...settings(), deviceId: raw.getSettings().deviceId })
  track.stop = () => {
    stop()
    end()
  }
  return track
}

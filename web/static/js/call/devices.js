// @ts-check
// Microphone, camera and screen of this page: opened one at a time, each by its own wish, and refused with a reason.

import { familyOf, hopeless, reasonOf } from './refusals.js'

/** @typedef {'mic' | 'camera' | 'screen'} Kind */
/** @typedef {{kind: Kind, track: MediaStreamTrack | null, reason?: string}} Change  reason: why it is off without being asked to */

const PICTURE = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30, max: 30 } }
const SOUND = { echoCancellation: true, autoGainControl: true }
const INPUT = { mic: 'audioinput', camera: 'videoinput', speaker: 'audiooutput' }
const PERMISSION = { mic: 'microphone', camera: 'camera' }

/**
 * @param {object} options
 * @param {Navigator} options.navigator @param {boolean} options.secure
 * @param {ReturnType<typeof import('./choice.js').openChoice>} options.choice
 * @param {(change: Change) => void} options.emit
 */
export function openDevices({ navigator, secure, choice, emit }) {
  const media = navigator.mediaDevices
  /** @type {Record<Kind, MediaStreamTrack | null>} */
  const tracks = { mic: null, camera: null, screen: null }
  /** What the device itself gives, where it goes out as another. @type {MediaStreamTrack | null} */ let raw = null
  /** @type {((raw: MediaStreamTrack) => Promise<MediaStreamTrack>) | null} */ let dress = null
  /** @type {Partial<Record<Kind, Promise<string | null>>>} */
  const opening = {}
  const sound = () => ({ ...SOUND, noiseSuppression: choice.devices().hush !== false })

  /** Gives null when it is open, else the reason. @param {'mic' | 'camera'} kind @returns {Promise<string | null>} */
  function open(kind) {
    if (tracks[kind]) return Promise.resolve(null)
    return (opening[kind] ??= ask(kind).finally(() => { delete opening[kind] }))
  }

  /** @param {'mic' | 'camera'} kind */
  async function ask(kind) {
    const vain = hopeless({ secure, devices: Boolean(media?.getUserMedia) })
    if (vain) return vain
    try {
      const [track] = (await get(kind, choice.devices()[kind])).getTracks()
      keep(kind, kind === 'camera' ? await dressed(track) : track)
      return null
    } catch (error) {
      return reasonOf(/** @type {Error} */ (error), await permission(kind))
    }
  }

  /** Nothing of a camera goes out before it is dressed. @param {MediaStreamTrack} camera */
  async function dressed(camera) {
    raw = camera
    if (!dress) return camera
    try {
      return await dress(camera)
    } catch (error) {
      camera.stop()
      throw error
    }
  }

  /** A remembered device may be gone: then any will do. @param {'mic' | 'camera'} kind @param {string} [id] */
  async function get(kind, id) {
    const wish = kind === 'mic' ? sound() : PICTURE
    const ask = (/** @type {object} */ more) => media.getUserMedia({ [kind === 'mic' ? 'audio' : 'video']: { ...wish, ...more } })
    if (!id) return ask({})
    return ask({ deviceId: { exact: id } }).catch((error) => {
      if (error.name === 'OverconstrainedError' || error.name === 'NotFoundError') return ask({})
      throw error
    })
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track */
  function keep(kind, track) {
    track.contentHint = { mic: 'speech', camera: 'motion', screen: 'detail' }[kind]
    tracks[kind] = track
    const source = kind === 'camera' && raw ? raw : track
    source.onended = () => { if (tracks[kind] === track) drop(kind, kind === 'screen' ? undefined : 'gone') }
    emit({ kind, track })
  }

  /** @param {Kind} kind @param {string} [reason] */
  function drop(kind, reason) {
    const track = tracks[kind]
    if (!track) return
    shut(kind, track)
    emit({ kind, track: null, reason })
  }

  /** @param {Kind} kind @param {MediaStreamTrack} track */
  function shut(kind, track) {
    tracks[kind] = null
    for (const one of kind === 'camera' && raw ? [track, raw] : [track]) {
      one.onended = null
      one.stop()
    }
    if (kind === 'camera') raw = null
  }

  /**
   * How a camera is dressed from now on; null: not at all. One that is open changes its dress while it goes on, and keeps the
   * old one where the new does not fit.
   * @param {typeof dress} how
   */
  async function wear(how) {
    const old = tracks.camera
    const camera = raw
    const before = dress
    dress = how
    if (!old || !camera) return
    const next = how ? await how(camera).catch((error) => {
      dress = before
      throw error
    }) : camera
    if (tracks.camera !== old) return next === camera ? undefined : next.stop()
    if (old !== camera) old.stop()
    if (next !== old) keep('camera', next)
  }

  /** @param {'mic' | 'camera'} kind */
  async function permission(kind) {
    try {
      return (await navigator.permissions.query({ name: /** @type {any} */ (PERMISSION[kind]) })).state
    } catch {
      return '' // not every browser answers for devices
    }
  }

  /** @param {'mic' | 'camera'} kind @param {string} id */
  async function choose(kind, id) {
    choice.remember({ [kind]: id })
    return tracks[kind] ? again(kind) : null
  }

  /** Closes and opens it. @param {'mic' | 'camera'} kind */
  async function again(kind) {
    const old = tracks[kind]
    // Some phones cannot open a second camera while the first is open.
    if (old) shut(kind, old)
    const reason = await open(kind)
    if (reason) emit({ kind, track: null, reason })
    return reason
  }

  return {
    tracks: () => tracks,
    open,
    close: drop,
    choose,
    again,
    wear,
    permission,
    /** Whether the browser keeps noise out; remembered. @param {boolean} on */
    async hush(on) {
      choice.remember({ hush: on })
      await tracks.mic?.applyConstraints(sound()).catch(() => {})
      if (tracks.mic && tracks.mic.getSettings().noiseSuppression !== on) await again('mic') // not every browser changes it live
    },
    /** Muting keeps the device open: unmuting is at once. @param {boolean} muted */
    mute: (muted) => { if (tracks.mic) tracks.mic.enabled = !muted },
    /** Null when shared; 'dismissed' when the person thought otherwise. @returns {Promise<string | null>} */
    async share() {
      try {
        const [track] = (await media.getDisplayMedia({ video: { frameRate: { ideal: 15, max: 30 } }, audio: false })).getVideoTracks()
        keep('screen', track)
        return null
      } catch (error) {
        return reasonOf(/** @type {Error} */ (error), 'prompt')
      }
    },
    /** @param {'mic' | 'camera' | 'speaker'} kind @returns {Promise<{id: string, label: string}[]>} */
    async list(kind) {
      const all = (await media?.enumerateDevices?.()) ?? []
      return all.filter((one) => one.kind === INPUT[kind] && one.deviceId)
        .map(({ deviceId: id, label }) => ({ id, label }))
    },
    family: familyOf(navigator.userAgent, navigator.maxTouchPoints),
    canShare: Boolean(media?.getDisplayMedia),
    release: () => { for (const kind of /** @type {Kind[]} */ (Object.keys(tracks))) drop(kind) },
  }
}

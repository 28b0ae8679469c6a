// @ts-check
// What this side does about its room: the background blurred, noise kept out. The one is off until asked for, and asked for
// again at every visit; the other is on unless somebody said otherwise on this device.

/**
 * @param {HTMLElement} call
 * @param {object} page
 * @param {ReturnType<typeof import('./devices.js').openDevices>} page.devices
 * @param {ReturnType<typeof import('./choice.js').openChoice>} page.choice
 * @param {(key: string) => string} page.words @param {(notice: string) => void} page.note
 */
export function openComfort(call, { devices, choice, words, note }) {
  const more = /** @type {HTMLDialogElement} */ (call.querySelector('[data-more]'))
  let turning = false
  if (choice.wanted()?.blur) devices.wear(dress)
  draw()

  /** @param {MediaStreamTrack} raw */
  async function dress(raw) {
    try {
      return await (await import('./blur/blur.js')).blurred(raw, gaveUp)
    } catch (error) {
      // Nobody saw this room in this visit yet, so nobody does until its person says so.
      if (!turning) without('camera.slow')
      throw error
    }
  }

  /** @param {string} key */
  function without(key) {
    want(false)
    devices.wear(null)
    draw()
    note(words(key))
  }

  /** @param {boolean} blur */
  function want(blur) {
    const { mic, camera } = devices.tracks()
    choice.want({ mic: Boolean(mic), camera: Boolean(camera), blur })
  }

  function gaveUp() {
    devices.close('camera')
    without('blur.gave-up')
  }

  async function blur() {
    if (turning) return
    turning = true
    more.close()
    const on = !choice.wanted()?.blur
    note(words(on ? 'blur.soon' : ''))
    try {
      await devices.wear(on ? dress : plain)
      want(on)
      note('')
    } catch {
      note(words('blur.slow'))
    }
    turning = false
    draw()
  }

  /** @param {MediaStreamTrack} raw */
  async function plain(raw) {
    await (await import('./blur/blur.js')).byItself(raw, false)
    return raw
  }

  async function hush() {
    const asked = devices.hush(choice.devices().hush === false)
    draw()
    await asked
  }

  function draw() {
    face('blur', !choice.wanted()?.blur)
    face('hush', choice.devices().hush === false)
  }

  /** Which of its two words a press has now. @param {string} act @param {boolean} on */
  function face(act, on) {
    for (const one of /** @type {NodeListOf<HTMLElement>} */ (call.querySelectorAll(`[data-act=${act}] [data-when]`))) {
      one.hidden = (one.dataset.when === 'on') !== on
    }
  }

  /** @type {Record<string, () => unknown>} */
  const PRESS = { blur, hush }
  return {
    /** @param {string} name */
    press: (name) => PRESS[name]?.(),
  }
}

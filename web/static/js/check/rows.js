// @ts-check
// The rows of the check: microphone, speaker, camera. They open, show, listen and ask; what was found stands in `found`.

import { fillDevices } from '../call/menu.js'
import { lightOf } from '../elements/light.js'
import { LevelMeter } from '../elements/level-meter.js'
import { playTones } from '../elements/tones.js'
import { one, say } from '../lib/dom.js'

const HEARD = 0.35
const SOFT = 0.12
const ADJUST_MS = 1200 // a camera finds its exposure first

/** @typedef {'mic' | 'camera'} Kind */

/**
 * @param {HTMLElement} check
 * @param {{words: (key: string, values?: Record<string, string>) => string,
 *   choice: ReturnType<typeof import('../call/choice.js').openChoice>,
 *   openDevices: (emit: (change: import('../call/devices.js').Change) => void) => ReturnType<typeof import('../call/devices.js').openDevices>}} page
 */
export function openRows(check, { words, choice, openDevices }) {
  const found = { mic: 'skipped', camera: 'skipped', speaker: 'skipped', loudest: 0, dark: false }
  const devices = openDevices(changed)
  const meter = one(check, '[data-meter]', LevelMeter)
  const part = (/** @type {string} */ selector) => one(check, selector, HTMLElement)
  meter.addEventListener('level', (event) => heard(/** @type {CustomEvent<number>} */ (event).detail))

  /** @param {string} row @param {...string} keys  the first that has words */
  function tell(row, ...keys) {
    say(check.querySelector(`[data-say=${row}]`), keys.map((key) => words(key)).find(Boolean) ?? '')
  }

  /** Why it stayed closed, or nothing. @param {Kind} kind */
  async function open(kind) {
    const reason = await devices.open(kind)
    if (reason) {
      found[kind] = reason
      tell(kind, `${kind}.${reason}.${devices.family}`, `${kind}.${reason}`)
      return reason
    }
    choice.want({ [kind]: true })
    part(`[data-row=${kind}] [data-check=next]`).focus()
    part('[data-change]').hidden = false
    fillDevices(check, { devices, choice, words, canListen: 'setSinkId' in AudioContext.prototype })
  }

  /** @param {Kind} kind */
  function close(kind) {
    choice.want({ [kind]: false })
    devices.close(kind)
    if (part(`[data-row=${kind}]`).dataset.state === 'now') part(`[data-open=${kind}]`).focus()
    else part(`#check-${kind}`).focus()
  }

  /** @param {import('../call/devices.js').Change} change */
  function changed({ kind, track, reason }) {
    if (kind === 'screen') return
    const on = Boolean(track)
    found[kind] = on ? 'open' : reason ?? 'skipped'
    const row = part(`[data-row=${kind}]`)
    one(row, `[data-check=close-${kind}]`, HTMLElement).hidden = !on
    one(row, '[data-check=next]', HTMLElement).hidden = !on
    one(row, '[data-open]', HTMLElement).hidden = on
    one(row, '[data-check=skip]', HTMLElement).hidden = on
    if (kind === 'camera') show(track)
    else hear(track)
    tell(kind, `${kind}.${reason ?? (on ? { mic: 'quiet', camera: 'open' }[kind] : 'closed')}`)
    const { mic, camera } = devices.tracks()
    say(part('[data-title]'), words(`title.${mic && camera ? 'both' : mic ? 'mic' : camera ? 'camera' : 'none'}`))
  }

  /** @param {MediaStreamTrack | null} track */
  function show(track) {
    const video = one(check, 'video', HTMLVideoElement)
    part('.mirror').hidden = !track
    video.srcObject = track && new MediaStream([track])
    if (track) setTimeout(() => { if (devices.tracks().camera === track) lit(lightOf(video)) }, ADJUST_MS)
  }

  /** @param {string} light */
  function lit(light) {
    found.dark = light === 'dark'
    tell('camera', `camera.${light}`)
  }

  /** @param {MediaStreamTrack | null} track */
  function hear(track) {
    found.loudest = 0
    meter.hidden = !track
    meter.listen(track)
  }

  /** Says only what is better than before: a pause between words is no news. @param {number} level */
  function heard(level) {
    if (level <= found.loudest) return
    found.loudest = level
    if (level >= SOFT) tell('mic', level >= HEARD ? 'mic.good' : 'mic.soft')
  }

  async function tones() {
    part('[data-open=speaker]').hidden = true
    part('[data-check=tones]').hidden = false
    part('[data-answer]').hidden = false
    tell('speaker', 'speaker.playing')
    await playTones(choice.devices().speaker)
  }

  /** @param {'heard' | 'unheard'} word */
  function answer(word) {
    found.speaker = word
    tell('speaker', `speaker.${word}`)
    part('[data-row=speaker] [data-check=next]').hidden = false
  }

  /** @param {HTMLSelectElement} field */
  function choose(field) {
    const kind = field.closest('[data-devices]')?.getAttribute('data-devices')
    if (kind === 'mic' || kind === 'camera') devices.choose(kind, field.value)
    if (kind === 'speaker') choice.remember({ speaker: field.value })
  }

  /** @param {'mic' | 'speaker' | 'camera'} row */
  function skip(row) {
    if (row !== 'speaker') choice.want({ [row]: false })
    if (found[row] === 'skipped') tell(row, `${row}.skipped`)
  }

  return { found, devices, tell, open, close, tones, answer, choose, skip }
}

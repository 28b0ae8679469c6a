// @ts-check
// <device-check data-visit>: picture, microphone and speaker, each opened by its own button. What was opened here is
// opened again in the waiting room; devices are told apart by what the person chose, and kept in this browser.

import { openChoice } from '../call/choice.js'
import { openDevices } from '../call/devices.js'
import { fillDevices } from '../call/menu.js'
import { wordsOf } from '../call/words.js'
import { lightOf } from './light.js'
import { LevelMeter } from './level-meter.js'
import { playTones } from './tones.js'

const HEARD = 0.35
const SOFT = 0.12
const ADJUST_MS = 1200 // a camera finds its exposure first

class DeviceCheck extends HTMLElement {
  connectedCallback() {
    this.words = wordsOf(this)
    this.choice = openChoice(localStorage, sessionStorage, this.dataset.visit ?? '')
    this.devices = openDevices({ navigator, secure: isSecureContext, choice: this.choice, emit: (change) => this.#changed(change) })
    this.loudest = 0
    this.addEventListener('click', (event) => this.#press(/** @type {Element} */ (event.target)))
    this.addEventListener('change', (event) => this.#choose(/** @type {HTMLSelectElement} */ (event.target)))
    this.#meter.addEventListener('level', (event) => this.#heard(/** @type {CustomEvent<number>} */ (event).detail))
  }

  disconnectedCallback() {
    this.devices?.release()
  }

  get #meter() {
    return /** @type {LevelMeter} */ (this.#part('[data-meter]'))
  }

  /** @param {string} selector */
  #part(selector) {
    return /** @type {HTMLElement} */ (this.querySelector(selector))
  }

  /** @param {Element} at */
  #press(at) {
    const open = at.closest('[data-open]')?.getAttribute('data-open')
    if (open === 'speaker') return this.#tones()
    if (open === 'mic' || open === 'camera') return this.#open(open)
    const act = at.closest('[data-check]')?.getAttribute('data-check')
    if (act === 'close-camera' || act === 'close-mic') return this.#close(act === 'close-mic' ? 'mic' : 'camera')
    if (act === 'tones') return this.#tones()
    if (act === 'heard' || act === 'unheard') this.#say('speaker', `speaker.${act}`)
    if (act === 'heard') this.#part('[data-answer]').hidden = true
  }

  /** @param {'mic' | 'camera'} kind */
  async #open(kind) {
    const reason = await this.devices?.open(kind)
    if (reason) return this.#say(kind, `${kind}.${reason}.${this.devices?.family}`, `${kind}.${reason}`)
    this.choice?.want({ [kind]: true })
    this.#list()
  }

  /** @param {'mic' | 'camera'} kind */
  #close(kind) {
    this.choice?.want({ [kind]: false })
    this.devices?.close(kind)
    this.#part(`[data-open=${kind}]`).focus()
  }

  /** @param {import('../call/devices.js').Change} change */
  #changed({ kind, track, reason }) {
    const open = Boolean(track)
    this.#part(`[data-check=close-${kind}]`).hidden = !open
    this.#part(`[data-open=${kind}]`).hidden = open
    if (kind === 'camera') this.#show(track)
    if (kind === 'mic') this.#hear(track)
    this.#say(kind, `${kind}.${reason ?? (open ? { mic: 'quiet', camera: 'open', screen: '' }[kind] : 'closed')}`)
    const { mic, camera } = this.devices?.tracks() ?? {}
    this.#part('[data-title]').textContent = this.words?.(`title.${mic && camera ? 'both' : mic ? 'mic' : camera ? 'camera' : 'none'}`) ?? ''
  }

  /** @param {MediaStreamTrack | null} track */
  #show(track) {
    const video = /** @type {HTMLVideoElement} */ (this.querySelector('video'))
    video.hidden = !track
    video.srcObject = track && new MediaStream([track])
    if (track) setTimeout(() => { if (this.devices?.tracks().camera === track) this.#say('camera', `camera.${lightOf(video)}`) }, ADJUST_MS)
  }

  /** @param {MediaStreamTrack | null} track */
  #hear(track) {
    this.loudest = 0
    this.#meter.hidden = !track
    this.#meter.listen(track)
  }

  /** Says only what is better than before: a pause between words is no news. @param {number} level */
  #heard(level) {
    if (level <= (this.loudest ?? 0)) return
    this.loudest = level
    if (level >= SOFT) this.#say('mic', level >= HEARD ? 'mic.good' : 'mic.soft')
  }

  async #tones() {
    this.#part('[data-open=speaker]').hidden = true
    this.#part('[data-check=tones]').hidden = false
    this.#say('speaker', 'speaker.playing')
    this.#part('[data-answer]').hidden = false
    await playTones(this.choice?.devices().speaker)
  }

  async #list() {
    this.#part('[data-change]').hidden = false
    if (this.devices && this.choice && this.words) {
      await fillDevices(this, { devices: this.devices, choice: this.choice, words: this.words, canListen: 'setSinkId' in AudioContext.prototype })
    }
  }

  /** @param {HTMLSelectElement} field */
  #choose(field) {
    const kind = field.closest('[data-devices]')?.getAttribute('data-devices')
    if (kind === 'mic' || kind === 'camera') this.devices?.choose(kind, field.value)
    if (kind === 'speaker') this.choice?.remember({ speaker: field.value })
  }

  /** @param {string} kind @param {...string} keys  the first that has words */
  #say(kind, ...keys) {
    const at = this.querySelector(`[data-say=${kind}]`)
    const text = keys.map((key) => this.words?.(key)).find(Boolean) ?? ''
    if (at && at.textContent !== text) at.textContent = text
  }
}

customElements.define('device-check', DeviceCheck)

// @ts-check
// <device-check data-visit data-base>: microphone, speaker, camera, network, one step at a time, each with a way on
// without it. What was opened here is opened again in the waiting room; what was found is kept with the visit.

import { openChoice } from '../call/choice.js'
import { openDevices } from '../call/devices.js'
import { wordsOf } from '../call/words.js'
import { after, report, standing } from '../check/flow.js'
import { openRows } from '../check/rows.js'
import { runNetwork, verdictOf } from '../check/run.js'
import { all, make, on, one } from '../lib/dom.js'

const STAGES = ['connect', 'listen', 'line', 'relay']

class DeviceCheck extends HTMLElement {
  /** @type {import('../check/flow.js').Step | 'over'} */ now = 'mic'
  /** @type {AbortController | null} */ running = null
  #gone = new AbortController()

  connectedCallback() {
    const words = (this.words = wordsOf(this))
    const choice = (this.choice = openChoice(localStorage, sessionStorage, this.dataset.visit ?? ''))
    this.rows = openRows(this, { words, choice, openDevices: (emit) => openDevices({ navigator, secure: isSecureContext, choice, emit }) })
    const { signal } = this.#gone
    on(this, 'click', (event) => this.#press(event.target), signal)
    on(this, 'change', (event) => this.rows?.choose(event.target), signal)
    on(document, 'click', (event) => this.#meet(event.target.closest('[data-meet]')), signal)
    const can = 'RTCPeerConnection' in globalThis
    this.#part('[data-no-call]').hidden = can
    this.#part('[data-steps]').hidden = !can
    this.#part('[data-row=network]').hidden ||= !can
    this.#onwards(!can)
  }

  disconnectedCallback() {
    this.#gone.abort()
    this.running?.abort()
    this.rows?.devices.release()
  }

  /** @param {string} selector */
  #part(selector) {
    return one(this, selector, HTMLElement)
  }

  /** @param {Element} at */
  #press(at) {
    const open = at.closest('[data-open]')?.getAttribute('data-open')
    if (open === 'mic' || open === 'camera') this.#open(open)
    else if (open === 'speaker') this.rows?.tones()
    else this.#act(at.closest('[data-check]')?.getAttribute('data-check') ?? '')
  }

  /** What an earlier check found is not so any more once a device is refused: it goes, and the clinic is told. @param {'mic' | 'camera'} kind */
  async #open(kind) {
    const reason = await this.rows?.open(kind)
    const place = this.#part('[data-verdict]')
    if (!reason || !this.rows || !place.querySelector('[data-found]')) return
    place.replaceChildren()
    const said = await verdictOf(this.dataset.base ?? '', report({ ...this.rows.found, network: {} }))
    if (!this.isConnected || place.hasChildNodes() || this.now === 'network') return
    place.replaceChildren(...(said ?? []))
    this.#part('[data-row=network]').hidden = Boolean(said) || this.now === 'over'
  }

  /** @param {string} name */
  #act(name) {
    if (name === 'close-mic' || name === 'close-camera') this.rows?.close(name === 'close-mic' ? 'mic' : 'camera')
    else if (name === 'tones') this.rows?.tones()
    else if (name === 'heard' || name === 'unheard') this.#answer(name)
    else if (name === 'next') this.#go()
    else if (name === 'skip') this.#skip()
    else if (name === 'stop') this.running?.abort()
    else if (name === 'again') this.#again()
  }

  /** @param {'heard' | 'unheard'} word */
  #answer(word) {
    this.rows?.answer(word)
    if (word === 'heard' && this.now === 'speaker') this.#go()
  }

  #skip() {
    if (this.now !== 'network' && this.now !== 'over') this.rows?.skip(this.now)
    this.#go()
  }

  #go() {
    if (this.now === 'over') return
    this.#to(after(this.now))
    if (this.now === 'network') this.#measure()
  }

  #again() {
    this.#part('[data-verdict]').replaceChildren()
    this.#part('[data-row=speaker] [data-open]').hidden = false
    this.#part('[data-answer]').hidden = true
    this.#to('mic')
  }

  /** @param {import('../check/flow.js').Step | 'over'} now */
  #to(now) {
    this.now = now
    for (const [step, state] of Object.entries(standing(now))) this.#part(`[data-row=${step}]`).dataset.state = state
    this.#part('[data-row=network]').hidden = now === 'over'
    this.#part('[data-over]').hidden = now !== 'over'
    this.#onwards(now === 'over')
    if (now === 'network') this.#part('[data-verdict]').replaceChildren()
    if (now !== 'over') this.#part(`#check-${now}`).focus()
  }

  /** The page's next step is that of the check until it is over. @param {boolean} over */
  #onwards(over) {
    document.querySelector('[data-onwards]')?.classList.toggle('button-next', over)
  }

  async #measure() {
    const { rows, words } = this
    if (!rows || !words) return
    this.running = new AbortController()
    const base = this.dataset.base ?? ''
    const { mic, camera } = rows.devices.tracks()
    this.#runs(true)
    const network = await runNetwork({ base, mic, camera, signal: this.running.signal, tell: (stage) => this.#stage(stage) })
    const said = await verdictOf(base, report({ ...rows.found, network }))
    this.#runs(false)
    if (!this.isConnected) return
    this.#to('over')
    const place = this.#part('[data-verdict]')
    place.replaceChildren(...(said ?? [make('h2', { tabindex: '-1' }, words('network.title')), make('p', {}, words('network.lost'))]))
    place.querySelector('h2')?.focus()
  }

  /** @param {boolean} runs */
  #runs(runs) {
    for (const part of all(this, '[data-progress], [data-running]')) part.hidden = !runs
    if (!runs) this.running = null
  }

  /** @param {string} stage */
  #stage(stage) {
    one(this, '[data-progress]', HTMLProgressElement).value = STAGES.indexOf(stage) + 1
    this.rows?.tell('network', `network.${stage}`)
  }

  /** 'Or meet by sound alone, text': what is opened in the waiting room. @param {Element | null} link */
  #meet(link) {
    if (link) this.choice?.want({ mic: link.getAttribute('data-meet') === 'sound', camera: false })
  }
}

customElements.define('device-check', DeviceCheck)

// @ts-check
// <level-meter data-label="...">: how loud a track is, as bars and as a number for readers. Nothing is kept or sent.

const BARS = 24
const EVERY_MS = 100
const CALM_MS = 500
const SILENCE_DB = -60
const LOUD_DB = -15

/** Share of the bars for a loudness. @param {number} power  mean square of the samples, full scale 1 @returns {number} 0 to 1 */
export function share(power) {
  const loudness = 10 * Math.log10(Math.max(power, 1e-12))
  return Math.min(1, Math.max(0, (loudness - SILENCE_DB) / (LOUD_DB - SILENCE_DB)))
}

/** Quick up, slow down: single words stay readable. @param {number} old @param {number} now */
export const fall = (old, now) => Math.max(now, old * 0.85)

const Base = globalThis.HTMLElement ?? class {}

export class LevelMeter extends Base {
  /** @type {AudioContext | null} */ #sound = null
  /** @type {any} */ #timer = null
  #level = 0

  connectedCallback() {
    if (this.childElementCount) return
    this.setAttribute('role', 'meter')
    this.setAttribute('aria-label', this.dataset.label ?? '')
    this.setAttribute('aria-valuemin', '0')
    this.setAttribute('aria-valuemax', String(BARS))
    this.classList.add('meter')
    this.append(...Array.from({ length: BARS }, () => document.createElement('i')))
    this.#draw(0)
  }

  disconnectedCallback() {
    this.listen(null)
  }

  /** @param {MediaStreamTrack | null} track */
  listen(track) {
    clearInterval(this.#timer)
    this.#sound?.close()
    this.#sound = null
    this.#level = 0
    this.#draw(0)
    if (!track) return
    this.#sound = new AudioContext()
    const analyser = this.#sound.createAnalyser()
    analyser.fftSize = 2048
    this.#sound.createMediaStreamSource(new MediaStream([track])).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    const calm = matchMedia('(prefers-reduced-motion: reduce)').matches
    this.#timer = setInterval(() => this.#measure(analyser, samples), calm ? CALM_MS : EVERY_MS)
  }

  /** @param {AnalyserNode} analyser @param {Float32Array<ArrayBuffer>} samples */
  #measure(analyser, samples) {
    analyser.getFloatTimeDomainData(samples)
    const now = share(samples.reduce((sum, one) => sum + one * one, 0) / samples.length)
    this.#level = fall(this.#level, now)
    this.#draw(this.#level)
    this.dispatchEvent(new CustomEvent('level', { detail: now }))
  }

  /** @param {number} level */
  #draw(level) {
    const lit = Math.round(level * BARS)
    this.setAttribute('aria-valuenow', String(lit))
    for (let at = 0; at < this.children.length; at += 1) this.children[at].classList.toggle('on', at < lit)
  }
}

globalThis.customElements?.define('level-meter', LevelMeter)

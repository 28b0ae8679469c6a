// @ts-check
/** Soft tones made in the browser: rising for in, falling for out, one low for rest, a chime at the end. */

/** kind -> from, to in Hz. @type {Record<string, [number, number]>} */
const TONES = {
  in: [196, 261.6], more: [261.6, 293.7], hold: [233.1, 233.1], out: [261.6, 174.6],
  tense: [196, 246.9], release: [246.9, 174.6], notice: [220, 220],
};
const CHIME = [523.3, 784, 1046.5];
const LOUDNESS = 0.12;

export class Tones {
  /** @type {AudioContext | null} */ #audio = null;

  /** Within a press: browsers let nothing sound before. */
  open() {
    this.#audio ??= new AudioContext();
    if (this.#audio.state === "suspended") this.#audio.resume().catch(() => {});
  }

  /** @param {string} kind @param {number} ms  a tone ends well before the next begins */
  step(kind, ms) {
    const [from, to] = TONES[kind] ?? TONES.notice;
    this.#voice(from, to, 0, Math.min(2.4, (ms / 1000) * 0.7));
  }

  chime() {
    CHIME.forEach((pitch, place) => this.#voice(pitch, pitch, place * 0.35, 2.2));
  }

  close() {
    this.#audio?.close().catch(() => {});
    this.#audio = null;
  }

  /** @param {number} from @param {number} to @param {number} after @param {number} seconds */
  #voice(from, to, after, seconds) {
    const audio = this.#audio;
    if (!audio) return;
    const begin = audio.currentTime + after;
    const tone = new OscillatorNode(audio, { type: "sine", frequency: from });
    const loud = new GainNode(audio, { gain: 0 });
    tone.frequency.setValueAtTime(from, begin);
    tone.frequency.linearRampToValueAtTime(to, begin + seconds);
    loud.gain.setValueAtTime(0, begin);
    loud.gain.linearRampToValueAtTime(LOUDNESS, begin + Math.min(0.3, seconds / 3));
    loud.gain.linearRampToValueAtTime(0, begin + seconds);
    tone.connect(loud).connect(audio.destination);
    tone.start(begin);
    tone.stop(begin + seconds);
  }
}

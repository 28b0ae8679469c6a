// @ts-check
/** A bell, and rain, sea or a low tone behind the words: all of it made in the browser, nothing is loaded. */

/** Partials of a small bowl: times the lowest, loudness, seconds until it is gone. @type {[number, number, number][]} */
const BOWL = [[1, 0.22, 5], [2.71, 0.09, 3.4], [5.15, 0.04, 2]];
const LOWEST = 216;
const FADE_S = 2;
const BEHIND = { rain: 0.05, sea: 0.11, tone: 0.035 };
const TONES = [110, 165];

export class Ambience {
  /** @type {AudioContext | null} */ #audio = null;
  /** @type {GainNode | null} */ #behind = null;
  /** @type {AudioScheduledSourceNode[]} */ #sources = [];

  /** Within a press: browsers let nothing sound before. */
  open() {
    this.#audio ??= new AudioContext();
    this.go();
  }

  go() { this.#audio?.resume().catch(() => {}); }

  rest() { this.#audio?.suspend().catch(() => {}); }

  bell() {
    const audio = this.#audio;
    if (!audio) return;
    for (const [times, loudness, seconds] of BOWL) {
      const tone = new OscillatorNode(audio, { frequency: LOWEST * times });
      const loud = new GainNode(audio, { gain: 0 });
      loud.gain.setValueAtTime(0, audio.currentTime);
      loud.gain.linearRampToValueAtTime(loudness, audio.currentTime + 0.02);
      loud.gain.exponentialRampToValueAtTime(0.0001, audio.currentTime + seconds);
      tone.connect(loud).connect(audio.destination);
      tone.start();
      tone.stop(audio.currentTime + seconds);
    }
  }

  /** What sounds behind the words from now on; '' is nothing. @param {string} what */
  behind(what) {
    this.#hush();
    const audio = this.#audio, loudness = BEHIND[/** @type {keyof BEHIND} */ (what)];
    if (!audio || !loudness) return;
    const loud = new GainNode(audio, { gain: 0 });
    loud.gain.linearRampToValueAtTime(loudness, audio.currentTime + FADE_S);
    loud.connect(audio.destination);
    this.#behind = loud;
    this.#sources = what === "tone" ? this.#tone(audio, loud) : this.#noise(audio, loud, what === "sea");
    for (const source of this.#sources) source.start();
  }

  close() {
    this.#audio?.close().catch(() => {});
    this.#audio = this.#behind = null;
    this.#sources = [];
  }

  #hush() {
    const audio = this.#audio;
    if (!audio || !this.#behind) return;
    this.#behind.gain.setTargetAtTime(0, audio.currentTime, FADE_S / 4);
    for (const source of this.#sources) source.stop(audio.currentTime + FADE_S);
    this.#behind = null;
    this.#sources = [];
  }

  /** @param {AudioContext} audio @param {AudioNode} into */
  #tone(audio, into) {
    return TONES.map((frequency) => {
      const tone = new OscillatorNode(audio, { frequency });
      tone.connect(into);
      return tone;
    });
  }

  /** Noise through a filter; the sea swells and falls. @param {AudioContext} audio @param {AudioNode} into @param {boolean} swells */
  #noise(audio, into, swells) {
    const buffer = new AudioBuffer({ length: audio.sampleRate * 4, sampleRate: audio.sampleRate });
    const samples = buffer.getChannelData(0);
    for (let place = 0; place < samples.length; place += 1) samples[place] = Math.random() * 2 - 1;
    const source = new AudioBufferSourceNode(audio, { buffer, loop: true });
    const filter = new BiquadFilterNode(audio, { type: "lowpass", frequency: swells ? 420 : 1800 });
    source.connect(filter);
    if (!swells) {
      filter.connect(into);
      return [source];
    }
    const wave = new OscillatorNode(audio, { frequency: 0.09 });
    const height = new GainNode(audio, { gain: 0.4 });
    const level = new GainNode(audio, { gain: 0.55 });
    wave.connect(height).connect(level.gain);
    filter.connect(level).connect(into);
    return [source, wave];
  }
}

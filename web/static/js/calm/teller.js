// @ts-check
/** Who says the words of a session: a voice of this device, the clinic's recordings, or nobody. */
import { Recordings, pick } from "./recordings.js";
import { Voice } from "./voice.js";

const CLINIC = "clinic";

export class Teller {
  #voice;
  #recordings;
  #asked;
  /** @type {Record<string, string>} part -> address */ #sounds;
  /** What a pause cut off, for a voice that cannot go on in the middle. */ #unsaid = "";
  #brought;
  #round = 0;
  /** What was chosen to be heard does not come, or is none: the words are read. */ #silent = false;

  /**
   * @param {import("./asked.js").Asked} asked
   * @param {{language: string, sounds: Record<string, string>, kept: ReturnType<typeof import("./kept-sounds.js").openSounds> | null,
   *   lost: () => void, brought: (where: "kept" | "here" | "away" | "") => void}} page
   *   lost: a recording does not come through; brought: where what was chosen is, '' where nothing of the clinic is heard
   */
  constructor(asked, { language, sounds, kept, lost, brought }) {
    this.#asked = asked;
    this.#sounds = sounds;
    this.#voice = new Voice(language);
    this.#recordings = new Recordings(() => { this.#silent = true; lost(); }, kept);
    this.#brought = brought;
  }

  /** What there is by now. @param {Record<string, string>} sounds */
  know(sounds) { this.#sounds = sounds; }

  /** @param {AbortSignal} signal */
  watch(signal) { this.#voice.watch((voices) => this.#asked.voices(voices), signal); }

  get #ours() { return this.#asked.field("voice") === CLINIC; }

  /** The recording of all of it, as it is chosen now; '' where there is none. */
  get #whole() { return this.#ours ? pick(this.#sounds, `whole-${this.#asked.field("minutes")}`, this.#asked.field("anchor")) : ""; }

  /** Brings what was chosen here. @returns {Promise<number>} milliseconds of one recording of all of it; 0 where there is none */
  async prepare() {
    const whole = this.#whole, round = ++this.#round;
    if (!this.#ours) this.#brought("");
    this.#silent = false;
    if (!this.#ours) return 0;
    const wanted = whole ? [whole] : this.#asked.line.map(({ text }) => pick(this.#sounds, text, this.#asked.field("anchor")));
    const ms = whole ? await this.#recordings.lasts(whole) : 0;
    if (round !== this.#round) return ms;
    this.#silent = Boolean(whole && !ms);
    void this.#recordings.fetch(wanted).then((where) => { if (round === this.#round) this.#brought(this.#silent && where !== "away" ? "broken" : where); });
    return ms;
  }

  /** Whether somebody is to be heard. */
  get speaks() { return Boolean(this.#asked.field("voice")) && !(this.#ours && this.#silent); }

  /** @param {string} key of a cue; '' is all of it @param {string} words */
  say(key, words) {
    this.#unsaid = "";
    const address = key ? pick(this.#sounds, key, this.#asked.field("anchor")) : this.#whole;
    if (!this.#ours) this.#voice.say(words, this.#asked.field("voice"));
    else if (address && !this.#silent) this.#recordings.play(address);
  }

  rest() {
    this.#recordings.rest();
    this.#unsaid = this.#voice.hush();
  }

  go() {
    if (this.#ours) this.#recordings.go();
    else if (this.#unsaid) this.#voice.say(this.#unsaid, this.#asked.field("voice"));
  }

  stop() {
    this.#recordings.stop();
    this.#voice.hush();
  }
}

// @ts-check
/** Reads words aloud with a voice that lives on this device. A voice of the network would hear what is read: never one of those. */

const SLOW = 0.85;

/** The voices of this device for a language, the one it would take first. @param {Pick<SpeechSynthesisVoice, "localService" | "lang" | "default" | "name">[]} all @param {string} language */
export function local(all, language) {
  const speaks = (/** @type {{lang: string}} */ { lang }) => lang.toLowerCase().split(/[-_]/)[0] === language;
  return all.filter((one) => one.localService === true && speaks(one)).sort((one, other) => Number(other.default) - Number(one.default));
}

export class Voice {
  #speech = globalThis.speechSynthesis;
  #language;
  /** What is being said, so that it is said again after a pause. */ #words = "";

  /** @param {string} language */
  constructor(language) {
    this.#language = language;
  }

  /** @param {(voices: SpeechSynthesisVoice[]) => void} told now, and whenever the device finds more @param {AbortSignal} signal */
  watch(told, signal) {
    const look = () => told(/** @type {SpeechSynthesisVoice[]} */ (local(this.#speech?.getVoices() ?? [], this.#language)));
    this.#speech?.addEventListener?.("voiceschanged", look, { signal });
    look();
  }

  /** @param {string} words @param {string} name of a voice on this device; '' says nothing */
  say(words, name) {
    this.hush();
    const voice = local(this.#speech?.getVoices() ?? [], this.#language).find((one) => one.name === name);
    if (!voice || !this.#speech) return;
    const said = new SpeechSynthesisUtterance(words);
    Object.assign(said, { voice, lang: voice.lang, rate: SLOW });
    said.onend = () => { if (this.#words === words) this.#words = ""; };
    this.#words = words;
    this.#speech.speak(said);
  }

  /** Silent at once; returns what had not been said to its end. Pausing a voice does not work everywhere, so it is said again. */
  hush() {
    const words = this.#words;
    this.#words = "";
    this.#speech?.cancel();
    return words;
  }
}

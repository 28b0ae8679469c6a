// @ts-check
/**
 * What a clinic recorded of a session: as a whole, or cue by cue. Fetched when it is chosen, so that it goes on without a
 * network; kept on a device of somebody's own; played by one element, which a press has opened for all that follows.
 */

/** The address of a part; '' where it was not recorded. @param {Record<string, string>} sounds @param {string} what @param {string} anchor */
export function pick(sounds, what, anchor) {
  return sounds[`${what}.${anchor}`] ?? sounds[what] ?? "";
}

export class Recordings {
  #audio = new Audio();
  /** @type {Map<string, string>} address -> the same in this page */ #here = new Map();
  /** @type {Map<string, number>} address -> milliseconds */ #lasts = new Map();
  #lost;
  #kept;

  /**
   * @param {() => void} lost  what is to be heard does not come through
   * @param {ReturnType<typeof import("./kept-sounds.js").openSounds> | null} kept  null on a device that others use too
   */
  constructor(lost, kept) {
    this.#lost = lost;
    this.#kept = kept;
    this.#audio.addEventListener("error", () => { if (this.#audio.getAttribute("src")) lost(); });
  }

  /** Brings these here, once each: 'kept' where all of them lie on this device, 'away' where one is nowhere.
   * @param {string[]} addresses @returns {Promise<"kept" | "here" | "away">} */
  async fetch(addresses) {
    const wanted = [...new Set(addresses.filter(Boolean))];
    for (const address of wanted.filter((one) => !this.#here.has(one))) {
      this.#here.set(address, "");
      try {
        this.#here.set(address, URL.createObjectURL(await this.#bring(address)));
      } catch {
        this.#here.delete(address); // played from there, if at all
      }
    }
    if (wanted.some((one) => !this.#here.has(one))) return "away";
    const lies = await Promise.all(wanted.map((one) => this.#stored(one)));
    return this.#kept && lies.every(Boolean) ? "kept" : "here";
  }

  /** @param {string} address */
  async #bring(address) {
    const stored = await this.#stored(address);
    if (stored) return stored;
    const answer = await fetch(address);
    if (!answer.ok) throw new Error(String(answer.status));
    const blob = await answer.blob();
    await this.#kept?.put(address, blob).catch(() => false); // a device that is full
    return blob;
  }

  /** @param {string} address */
  #stored(address) {
    return this.#kept ? this.#kept.get(address).catch(() => null) : Promise.resolve(null);
  }

  /** How long one is, as its own head says; 0 where that does not come. @param {string} address @returns {Promise<number>} */
  async lasts(address) {
    const stored = this.#here.has(address) ? null : await this.#stored(address);
    if (stored) this.#here.set(address, URL.createObjectURL(stored));
    if (!this.#lasts.get(address)) this.#lasts.set(address, await this.#measure(this.#here.get(address) || address));
    return this.#lasts.get(address) ?? 0;
  }

  /** @param {string} src @returns {Promise<number>} */
  #measure(src) {
    const audio = Object.assign(new Audio(), { preload: "metadata" });
    return new Promise((tell) => {
      audio.addEventListener("loadedmetadata", () => tell(Number.isFinite(audio.duration) ? Math.round(audio.duration * 1000) : 0), { once: true });
      audio.addEventListener("error", () => tell(0), { once: true });
      audio.src = src;
    });
  }

  /** @param {string} address */
  play(address) {
    this.#audio.src = this.#here.get(address) || address;
    this.go();
  }

  go() { if (this.#audio.getAttribute("src")) this.#audio.play().catch(({ name }) => { if (name !== "AbortError") this.#lost(); }); }

  rest() { this.#audio.pause(); }

  stop() {
    this.#audio.pause();
    this.#audio.removeAttribute("src");
  }
}

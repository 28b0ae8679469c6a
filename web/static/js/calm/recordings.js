// @ts-check
/**
 * What a clinic recorded of a session: as a whole, or cue by cue. Fetched when it is chosen, so that it goes on without a
 * network; played by one element, which a press has opened for all that follows.
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

  /** @param {() => void} lost  what is to be heard does not come through */
  constructor(lost) {
    this.#lost = lost;
    this.#audio.addEventListener("error", () => { if (this.#audio.getAttribute("src")) lost(); });
  }

  /** Brings these here, once each. @param {string[]} addresses */
  async fetch(addresses) {
    for (const address of addresses.filter((one) => one && !this.#here.has(one))) {
      this.#here.set(address, "");
      try {
        const answer = await fetch(address);
        if (!answer.ok) throw new Error(String(answer.status));
        this.#here.set(address, URL.createObjectURL(await answer.blob()));
      } catch {
        this.#here.delete(address); // played from there, if at all
      }
    }
  }

  /** How long one is, as its own head says; 0 where that does not come. @param {string} address @returns {Promise<number>} */
  async lasts(address) {
    if (!this.#lasts.has(address)) this.#lasts.set(address, await this.#measure(this.#here.get(address) || address));
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

// @ts-check
/**
 * <breath-pacer data-in="4" data-out="6">: a circle to breathe with. The style moves it by data-breath (in, out, rest)
 * over --breath-seconds; where motion is unwanted the circle keeps its size, and word and seconds change instead.
 */
export class BreathPacer extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #left = 0;
  #breath = "rest";

  connectedCallback() {
    const button = this.querySelector("[data-pause]");
    if (button instanceof HTMLElement) {
      button.hidden = false;
      button.onclick = () => (this.#breath === "rest" ? this.start() : this.pause());
    }
    this.start();
  }

  disconnectedCallback() {
    clearTimeout(this.#timer);
  }

  start() {
    this.#turn("in");
    this.#tick();
  }

  pause() {
    clearTimeout(this.#timer);
    this.#turn("rest");
  }

  /** @param {string} breath */
  #turn(breath) {
    this.#breath = breath;
    this.#left = Number(this.dataset[breath] || 0);
    this.dataset.breath = breath;
    this.style.setProperty("--breath-seconds", `${this.#left}s`);
    for (const word of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-when]"))) {
      const resting = breath === "rest";
      word.hidden = ![breath, resting ? "paused" : "going"].includes(word.dataset.when || "");
    }
    this.querySelector("[data-pause]")?.setAttribute("aria-pressed", String(breath === "rest"));
    this.#count();
  }

  #tick() {
    this.#timer = setTimeout(() => {
      this.#left -= 1;
      if (this.#left <= 0) this.#turn(this.#breath === "in" ? "out" : "in");
      this.#count();
      this.#tick();
    }, 1000);
  }

  /** Seconds in figures are the calm twin of the movement. */
  #count() {
    const count = this.querySelector("[data-count]");
    if (!(count instanceof HTMLElement)) return;
    count.hidden = this.#breath === "rest" || !matchMedia("(prefers-reduced-motion: reduce)").matches;
    count.textContent = String(this.#left);
  }
}

customElements.define("breath-pacer", BreathPacer);

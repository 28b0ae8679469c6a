// @ts-check
/**
 * <heart-beat data-age="4">4 seconds ago</heart-beat>: an age in seconds, rewritten as it grows, without announcing it.
 * The age counts from when the element arrived, so a wrong clock of the device does no harm.
 */
const STEPS = /** @type {[number, Intl.RelativeTimeFormatUnit][]} */ ([[3600, "hour"], [60, "minute"], [1, "second"]]);

export class HeartBeat extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #timer;

  #born = 0;

  connectedCallback() {
    const words = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "always" });
    this.restart();
    this.#timer = setInterval(() => {
      const age = Math.max(1, Math.round((performance.now() - this.#born) / 1000));
      const [size, unit] = STEPS.find(([seconds]) => age >= seconds) ?? [1, "second"];
      this.textContent = words.format(-Math.floor(age / size), unit);
    }, 1000);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** The server said the same again: the age is again what it was. */
  restart() {
    this.#born = performance.now() - 1000 * Number(this.dataset.age || 0);
  }
}

customElements.define("heart-beat", HeartBeat);

// @ts-check
/**
 * <vitals-desk data-whose data-who data-worker>: all the cards of one screen, and the one queue by which what was taken goes to the
 * clinic: at once, when there is a network again, when the page is seen, and again and again until it is kept there.
 * Fires `desk-told` on itself after each round; `open` is there once what lies on this device is.
 */
import { all } from "../lib/dom.js";
import { showApart } from "../offline/apart.js";
import { sending } from "../offline/sending.js";
import { openKeeping } from "./keeping.js";

const TRIES = { first: 1_000, most: 15_000 };

/** @typedef {Awaited<ReturnType<typeof openKeeping>>} Keeping */

export class VitalsDesk extends HTMLElement {
  #ended = new AbortController();
  /** @type {Promise<Keeping & ReturnType<typeof sending>>} */ open = new Promise(() => undefined);

  connectedCallback() {
    this.#ended = new AbortController();
    const { whose = "", who = "", worker } = this.dataset;
    if (worker) navigator.serviceWorker?.register(worker, { scope: location.pathname }).catch(() => undefined);
    this.open = this.#opened(openKeeping({ whose, who }), this.#ended.signal);
    void this.round();
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {Promise<Keeping>} opening @param {AbortSignal} signal */
  async #opened(opening, signal) {
    const kept = await opening;
    return { ...kept, ...sending(kept.docs, (outcome) => void this.#told(kept, outcome), signal, TRIES) };
  }

  /** Send what waits. */
  async round() {
    return (await this.open).round();
  }

  /** @param {Keeping} kept @param {import("../offline/queue.js").Outcome} outcome */
  async #told(kept, outcome) {
    this.#say(outcome === "kept" && !kept.keeps ? "memory" : outcome);
    for (const part of all(this, "[data-others]")) part.hidden = !(await kept.others());
    const { queue, round } = await this.open, there = [...this.querySelectorAll("form")].map((form) => form.action);
    const orphans = (await queue.refused()).filter(({ url }) => !there.includes(url)); // nobody can mend it in a form
    showApart(this, [...(await queue.apart()), ...orphans], queue, round);
    this.dispatchEvent(new CustomEvent("desk-told"));
  }

  /** @param {string} which */
  #say(which) {
    for (const part of all(this, "[data-says]")) part.hidden = part.dataset.says !== which;
  }
}

customElements.define("vitals-desk", VitalsDesk);

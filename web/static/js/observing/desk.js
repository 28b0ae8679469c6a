// @ts-check
/**
 * <vitals-desk data-whose data-who>: all the cards of one screen, and the one queue by which what was taken goes to the
 * clinic: at once, when there is a network again, when the page is seen, and again and again until it is kept there.
 * Fires `desk-told` on itself after each round; `open` is there once what lies on this device is.
 */
import { all } from "../lib/dom.js";
import { backOff } from "../lib/timing.js";
import { outcomeOf } from "../offline/queue.js";
import { openKeeping } from "./keeping.js";

const LONGEST_MS = 10_000;
const SOONEST_MS = 1_000;
const LATEST_MS = 15_000;

/** @param {string} url @param {[string, string][]} fields */
async function send(url, fields) {
  const answer = await fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { accept: "application/json" },
    credentials: "same-origin",
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  return outcomeOf(answer.status);
}

export class VitalsDesk extends HTMLElement {
  #ended = new AbortController();
  #tries = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */ #timer;
  /** @type {ReturnType<typeof openKeeping>} */ open = new Promise(() => undefined);

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended, { whose = "", who = "" } = this.dataset;
    this.open = openKeeping({ whose, who, send });
    addEventListener("online", () => this.round(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.round(), { signal });
    void this.round();
  }

  disconnectedCallback() {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  /** Send what waits. */
  async round() {
    clearTimeout(this.#timer);
    const kept = await this.open, outcome = await kept.queue.flush();
    this.#say(outcome === "kept" && !kept.keeps ? "memory" : outcome);
    for (const part of all(this, "[data-others]")) part.hidden = !(await kept.others());
    this.#tries = outcome === "kept" ? this.#tries + 1 : 0;
    const next = backOff(this.#tries, { first: SOONEST_MS, most: LATEST_MS });
    if (outcome === "kept" && !this.#ended.signal.aborted) this.#timer = setTimeout(() => this.round(), next);
    this.dispatchEvent(new CustomEvent("desk-told"));
    return outcome;
  }

  /** @param {string} which */
  #say(which) {
    for (const part of all(this, "[data-says]")) part.hidden = part.dataset.says !== which;
  }
}

customElements.define("vitals-desk", VitalsDesk);

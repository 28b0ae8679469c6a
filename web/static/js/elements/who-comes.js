// @ts-check
/**
 * <who-comes data-topic data-href>: on the pages of the staff beside Today. Says how many wait, in a line that a reader
 * hears and in the title, and tells of an arrival with the sound and the notice that were chosen on Today.
 * Of all pages of a browser the one that was in sight last listens; the others show what it hears. A page is never left.
 */
import { chime, claim, notice } from "../lib/arrival.js";
import { listen } from "../lib/stream.js";

const EAR = "day-ear";
const EVERY_MS = 30_000;
const RINGS_MS = 1500;

export class WhoComes extends HTMLElement {
  #ended = new AbortController();
  #queued = new AbortController();
  #listens = false;
  #title = document.title;
  #last = "";
  /** @type {BroadcastChannel | null} */
  #pages = null;

  connectedCallback() {
    this.#ended = new AbortController();
    this.#title = document.title;
    this.#pages = "BroadcastChannel" in window ? new BroadcastChannel(EAR) : null;
    this.#pages?.addEventListener("message", ({ data }) => this.#show(String(data)));
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.#inSight(); }, { signal: this.#ended.signal });
    this.#inSight();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#queued.abort();
    this.#pages?.close();
  }

  #inSight() {
    this.#hear(!document.hidden);
    this.#look();
  }

  /** Listens as soon as no other page does, or at once. @param {boolean} now */
  #hear(now) {
    if (this.#listens) return;
    if (!navigator.locks) return void this.#listen(this.#ended.signal);
    this.#queued.abort();
    this.#queued = new AbortController();
    const ear = new AbortController();
    const how = now ? { steal: true } : { signal: this.#queued.signal };
    navigator.locks.request(EAR, how, () => this.#listen(AbortSignal.any([ear.signal, this.#ended.signal]))).catch(() => {
      const held = this.#listens && !ear.signal.aborted;
      ear.abort();
      if (held && !this.#ended.signal.aborted) this.#hear(false);
    });
  }

  /** Until `signal` aborts. @param {AbortSignal} signal */
  #listen(signal) {
    this.#listens = true;
    listen(this.dataset.topic || "", () => this.#look(), signal);
    const again = setInterval(() => this.#look(), EVERY_MS);
    addEventListener("live-ended", () => clearInterval(again), { signal });
    return new Promise((done) => signal.addEventListener("abort", () => {
      this.#listens = false;
      clearInterval(again);
      done(true);
    }));
  }

  async #look() {
    const headers = { Accept: "text/html" };
    const answer = await fetch(this.dataset.href || "", { headers, signal: AbortSignal.timeout(8000) }).catch(() => null);
    // Out of reach, or locked meanwhile: nothing is said rather than something old.
    const html = answer?.ok && !answer.redirected ? (await answer.text().catch(() => "")).trim() : "";
    this.#pages?.postMessage(html);
    this.#show(html);
    const arrived = await claim(this.#here().map((row) => row.dataset.waits || ""));
    if (arrived.length) this.#tell(arrived);
  }

  /** @param {string} html */
  #show(html) {
    if (html === this.#last) return;
    this.#last = html;
    const open = new DOMParser().parseFromString(html, "text/html").body;
    this.querySelector("[role=status]")?.replaceChildren(...open.childNodes);
    const { length } = this.#here();
    document.title = length ? `(${length}) ${this.#title}` : this.#title;
  }

  /** @returns {HTMLElement[]} */
  #here() {
    return [...this.querySelectorAll("[data-waits]")].map((row) => /** @type {HTMLElement} */ (row));
  }

  /** @param {string[]} arrived */
  #tell(arrived) {
    if (localStorage.getItem("day-sound") !== "off") this.#ring();
    if (!document.hidden) return;
    for (const row of this.#here()) {
      if (arrived.includes(row.dataset.waits || "")) notice(row.dataset.notice || "", row.dataset.waits || "");
    }
  }

  async #ring() {
    const audio = new AudioContext();
    await chime(audio);
    setTimeout(() => audio.close(), RINGS_MS);
  }
}

customElements.define("who-comes", WhoComes);

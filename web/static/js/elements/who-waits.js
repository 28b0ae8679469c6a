// @ts-check
/**
 * <who-waits data-one data-many data-notice>: around the live column of those who wait. Says an arrival in four ways: a
 * row, a tone, the count in the tab's title, and a notice of the desktop without any name.
 * Elements inside: [data-waits] rows, [data-sound] and [data-keys] switches, [data-silent] words, [data-notices] button,
 * [data-admit-next] form.
 */
import { chime, claim, notice, wake } from "../lib/arrival.js";

export class WhoWaits extends HTMLElement {
  /** @type {AudioContext | null} */
  #audio = null;
  #title = document.title;
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("part-new", () => this.#look(), { signal });
    this.addEventListener("part-fetched", () => /** @type {any} */ (this.querySelector("[data-live]"))?.restart?.(), { signal });
    document.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, () => this.#hearable(), { signal });
    this.#remember("[data-sound]", "day-sound");
    this.#remember("[data-keys]", "day-keys");
    this.#offerNotices();
    this.#hearable();
    this.#look();
  }

  disconnectedCallback() {
    this.#ended.abort();
    if (this.#audio) this.#audio.onstatechange = null;
    this.#audio?.close();
    this.#audio = null;
    document.title = this.#title;
  }

  async #look() {
    this.#count();
    const arrived = await claim(this.#waiting());
    if (!arrived.length) return;
    this.#sound();
    if (!document.hidden) return;
    for (const id of arrived) {
      const row = /** @type {HTMLElement | null} */ (this.querySelector(`[data-waits="${CSS.escape(id)}"]`));
      notice(row?.dataset.notice || this.dataset.notice || "", id);
    }
  }

  #waiting() {
    return [...this.querySelectorAll("[data-waits]")].map((row) => row.getAttribute("data-waits") || "");
  }

  #count() {
    const { length } = this.#waiting();
    document.title = length ? `(${length}) ${this.#title}` : this.#title;
  }

  /** A browser may keep a page silent until something in it was pressed: then it says so, and any press mends it. */
  async #hearable() {
    const wanted = this.#wants("[data-sound]");
    if (wanted && !this.#audio) {
      this.#audio = new AudioContext();
      this.#audio.onstatechange = () => this.#hearable();
    }
    const silent = wanted && !(await wake(/** @type {AudioContext} */ (this.#audio)));
    const words = this.querySelector("[data-silent]");
    if (words instanceof HTMLElement) words.hidden = !silent;
  }

  #sound() {
    if (this.#audio && this.#wants("[data-sound]")) chime(this.#audio);
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    const typing = event.target instanceof Element && event.target.closest("input:not([type=checkbox]), textarea, select");
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey && !event.repeat;
    if (typing || !plain || event.key.toLowerCase() !== "l" || !this.#wants("[data-keys]")) return;
    const form = this.querySelector("form[data-admit-next]");
    if (form instanceof HTMLFormElement) form.requestSubmit();
  }

  /** @param {string} which */
  #wants(which) {
    const box = this.querySelector(which);
    return box instanceof HTMLInputElement && box.checked;
  }

  /** @param {string} which @param {string} key */
  #remember(which, key) {
    const box = this.querySelector(which);
    if (!(box instanceof HTMLInputElement)) return;
    box.checked = localStorage.getItem(key) !== "off";
    box.addEventListener("change", () => {
      localStorage.setItem(key, box.checked ? "on" : "off");
      this.#hearable();
      if (which === "[data-sound]") this.#sound();
    });
  }

  #offerNotices() {
    const button = this.querySelector("[data-notices]");
    if (!(button instanceof HTMLButtonElement) || !("Notification" in window)) return;
    button.hidden = Notification.permission !== "default";
    button.onclick = async () => {
      await Notification.requestPermission();
      button.hidden = true;
    };
  }
}

customElements.define("who-waits", WhoWaits);

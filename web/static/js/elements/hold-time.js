// @ts-check
import { on } from "../lib/dom.js";
import { whenQuiet } from "../lib/timing.js";

const SENT = ["service", "therapist", "start", "once"];
const SETTLED = 700;
const LONGEST_WAIT = 4000;

/**
 * <hold-time data-href>: asks to keep the chosen time as soon as somebody begins to write, and says until when.
 * What they write is not sent. Without script a button asks the same; without an answer the form works as well.
 */
export class HoldTime extends HTMLElement {
  #ended = new AbortController();
  #writes = false;
  #kept = "";
  /** @type {Promise<void> | null} */
  #asking = null;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #again = whenQuiet(() => this.#ask(), SETTLED);

  connectedCallback() {
    const form = this.closest("form");
    if (!form) return;
    const { signal } = this.#ended;
    on(form, "input", (event) => this.#heard(event), signal);
    on(form, "submit", (event) => this.#sent(event), signal);
    if (this.querySelector("[name=held]")) this.#kept = this.#start();
    this.#count();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#again.cancel();
    clearTimeout(this.#timer);
  }

  #form() {
    return /** @type {HTMLFormElement} */ (this.closest("form"));
  }

  #start() {
    return String(new FormData(this.#form()).get("start") || "");
  }

  /** The first letter keeps the time; another time chosen afterwards is kept instead, once the choice has settled. @param {Event} event */
  #heard(event) {
    const chooses = /** @type {HTMLInputElement} */ (event.target).name === "start";
    if (!chooses && this.#writes) return;
    if (!chooses) this.#writes = true;
    if (!this.#writes || this.#start() === this.#kept) return;
    if (chooses) this.#again();
    else this.#ask();
  }

  #ask() {
    if (!this.#start()) return;
    this.#asking = this.#keep().finally(() => (this.#asking = null));
  }

  async #keep() {
    const start = this.#start();
    const all = new FormData(this.#form());
    const body = new URLSearchParams(SENT.map((name) => [name, String(all.get(name) || "")]));
    try {
      const signal = AbortSignal.timeout(LONGEST_WAIT);
      const headers = { "x-part": "kept" };
      const answer = await fetch(this.dataset.href || "", { method: "POST", body, headers, credentials: "same-origin", signal });
      if (answer.ok || answer.status === 409) this.#show(await answer.text(), start);
    } catch {
      // The time is not kept; it is still there to be booked.
    }
  }

  /** @param {string} html @param {string} start */
  #show(html, start) {
    const part = new DOMParser().parseFromString(html, "text/html").getElementById("kept");
    if (!part) return;
    part.querySelector("[data-free]")?.remove();
    this.replaceChildren(document.adoptNode(part));
    this.#kept = this.querySelector("[name=held]") ? start : "";
    this.#count();
  }

  #count() {
    clearTimeout(this.#timer);
    const part = /** @type {HTMLElement | null} */ (this.querySelector("[data-seconds]"));
    if (part) this.#timer = setTimeout(() => this.#over(part), Number(part.dataset.seconds) * 1000);
  }

  /** @param {HTMLElement} part */
  #over(part) {
    this.#kept = "";
    part.querySelector("[data-kept]")?.toggleAttribute("hidden", true);
    part.querySelector("[data-over]")?.toggleAttribute("hidden", false);
  }

  /** A form that is sent while we still ask would find its own hold in the way. @param {SubmitEvent} event */
  async #sent(event) {
    if (!this.#asking) return;
    event.preventDefault();
    const by = /** @type {HTMLButtonElement | null} */ (event.submitter);
    await this.#asking;
    this.#form().requestSubmit(by);
  }
}

customElements.define("hold-time", HoldTime);

// @ts-check
/**
 * <emergency-card data-course data-event data-since>: one press shows at once what to do, counts from then, and goes to the
 * clinic by the queue of its <vitals-desk>, with or without a network. A reload in between loses neither the press nor its
 * clock, nor how far somebody is in its lines.
 * data-since: ms by the clinic's clock, where the clinic knows of it. Without script its form is an ordinary one.
 * Within [data-carded] a <live-part> says by [data-pressed] that the clinic knows; elsewhere the page comes anew then.
 */
import { all, one } from "../lib/dom.js";
import { clockOf } from "../lib/timing.js";
import { clinicNow, timeOf } from "./clock.js";
import { freshId, isPress } from "./keeping.js";

const GOES_ON_MS = 2 * 24 * 3600_000; // what was pressed longer ago is over, wherever it is

/** @typedef {import("./desk.js").VitalsDesk} VitalsDesk */

export class EmergencyCard extends HTMLElement {
  #ended = new AbortController();
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  /** @type {number | null} */ #since = null;
  #at = 0;
  #writing = false;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("submit", (event) => this.#pressed(event), { signal });
    this.querySelector("[data-next]")?.addEventListener("click", () => this.#line(this.#at + 1), { signal });
    this.querySelector("[data-all]")?.addEventListener("click", () => this.#every(), { signal });
    this.#desk?.addEventListener("desk-told", () => void this.#told(), { signal });
    this.#around?.addEventListener("part-new", () => this.#heard(), { signal });
    if (this.dataset.since) this.#begin(Number(this.dataset.since));
    void this.#told();
  }

  disconnectedCallback() {
    this.#ended.abort();
    clearInterval(this.#timer);
  }

  get #desk() {
    return /** @type {VitalsDesk | null} */ (this.closest("vitals-desk"));
  }

  get #around() {
    return /** @type {HTMLElement | null} */ (this.closest("[data-carded]"));
  }

  /** Somebody pressed it on another device, or the press of this one is at the clinic. */
  #heard() {
    const since = /** @type {HTMLElement | null | undefined} */ (this.#around?.querySelector("[data-pressed]"))?.dataset.pressed;
    if (!since) return;
    this.dataset.since = since;
    if (this.#since !== null) return;
    this.#keepLine(0);
    this.#begin(Number(since));
  }

  /** @param {SubmitEvent} event */
  async #pressed(event) {
    const form = /** @type {HTMLFormElement} */ (event.target), once = one(form, "[name=once]", HTMLInputElement), id = once.value;
    event.preventDefault();
    once.value = freshId();
    form.hidden = true; // what to do is there before anything else is
    delete this.dataset.since;
    this.#keepLine(0);
    this.#begin(clinicNow());
    one(this, "h2").focus();
    this.#writing = true; // until it lies here nothing opens the page anew
    const kept = await this.#desk?.open;
    await kept?.queue.add(id, form.action, [["once", id]]).finally(() => { this.#writing = false; }); // a full device has it in the page
    await this.#told();
    await this.#desk?.round();
  }

  /** What waits here is told; once the clinic has it the page comes anew, with the form to fill in. */
  async #told() {
    const kept = await this.#desk?.open;
    if (this.#writing) return;
    const refused = kept ? await kept.queue.refused() : [], skew = clinicNow() - Date.now();
    const here = kept ? [...(await kept.queue.waiting()), ...refused.filter(({ told }) => !told)] : [];
    const mine = here.filter(({ url, at }) => isPress(url, this.dataset) && Date.now() - at < GOES_ON_MS);
    const never = refused.some(({ url, told }) => told && isPress(url, this.dataset)); // it stands apart; what to do stays to be read
    const keeps = !kept || (await kept.keeps());
    one(this, "[data-kept]").hidden = !mine.length || !keeps;
    one(this, "[data-loose]").hidden = !mine.length || keeps;
    if (mine.length && this.#since === null) this.#begin(mine[0].at + skew);
    if (this.#since !== null && !mine.length && !never && !this.#writing && !this.dataset.since && navigator.onLine) this.#anew();
  }

  /** The page of a course comes whole; a screen with others on it fetches this part alone. */
  #anew() {
    const part = /** @type {any} */ (this.#around?.querySelector("live-part"));
    if (part) part.refresh?.();
    else location.reload();
  }

  /** @param {number} since */
  #begin(since) {
    this.#since = since;
    const card = one(this, "[data-card]");
    card.hidden = false;
    const form = /** @type {HTMLElement | null} */ (this.querySelector("[data-press]"));
    if (form) form.hidden = true;
    for (const words of all(this, "[data-since-words]")) words.textContent = (words.dataset.sinceWords || "").replace("{time}", timeOf(since));
    clearInterval(this.#timer);
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#tick();
    one(this, "[data-step]").hidden = false;
    this.#line(history.state?.[this.id] || 0);
  }

  /** How far somebody is, for a page that opens again. @param {number} at */
  #keepLine(at) {
    history.replaceState({ ...history.state, [this.id]: at }, "");
  }

  #tick() {
    one(this, "[data-clock]").textContent = clockOf(Math.max(0, clinicNow() - (this.#since || 0)) / 1000);
  }

  /** The line that is to be done now is large; those behind it stay to be read. @param {number} at */
  #line(at) {
    const lines = all(this, "[data-line]");
    this.#at = Math.min(at, lines.length - 1);
    for (const [number, line] of lines.entries()) {
      line.hidden = number > this.#at;
      line.toggleAttribute("aria-current", number === this.#at);
    }
    one(this, "[data-step]").hidden = this.#at === lines.length - 1;
    if (at) lines[this.#at].scrollIntoView({ block: "nearest" });
    this.#keepLine(this.#at);
  }

  #every() {
    for (const line of all(this, "[data-line]")) line.hidden = false;
    one(this, "[data-step]").hidden = true;
  }
}

customElements.define("emergency-card", EmergencyCard);

// @ts-check
/**
 * <vital-clock data-plan data-began>: counts down to the next reading and up from the beginning. It goes by the clinic's
 * clock, which the page told when it came ([data-now]) and each <live-part> tells anew, whatever this device thinks the time is.
 * The card says by `taken` when readings were taken that the clinic has not heard of. Fires `vital-tick` with what it says
 * each second, for who says it elsewhere on the page.
 */
import { all } from "../lib/dom.js";
import { clockOf } from "../lib/timing.js";
import { clock } from "../lib/wall.js";
import { nextOf } from "./plan.js";
import { openTime } from "./time.js";

const clinic = openTime(Number(/** @type {HTMLElement | null} */ (document.querySelector("[data-now]"))?.dataset.now || Date.now()));
document.addEventListener("part-fetched", (event) => clinic.hear(Number(/** @type {CustomEvent<{now: string | null}>} */ (event).detail?.now)));
/** ms, by the clinic's clock. */
export const clinicNow = () => clinic.now();
/** As the clinic's clock shows it. @param {number} at  ms */
export const timeOf = (at) => clock(at);
const BUZZ_MS = 400;

/** What a clock says, said once more. @param {Element} where @param {Event} tick */
export function sayComing(where, tick) {
  const { stand, words } = /** @type {CustomEvent<{stand: string, words: string}>} */ (tick).detail;
  const part = where.querySelector("[data-coming]");
  if (!part) return;
  if (part.textContent !== words) part.textContent = words;
  for (const which of ["due", "late"]) part.classList.toggle(`is-${which}`, stand === which);
}

export class VitalClock extends HTMLElement {
  /** @type {ReturnType<typeof setInterval> | undefined} */ #timer;
  /** @type {number[]} */ #taken = [];
  #stand = "";

  connectedCallback() {
    this.#timer = setInterval(() => this.#tick(), 1000);
    this.#tick();
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
  }

  /** @param {number[]} times */
  set taken(times) {
    this.#taken = times;
    this.#tick();
  }

  #tick() {
    const now = clinicNow(), next = nextOf(JSON.parse(this.dataset.plan || "[]"), this.#taken, now);
    const stand = next?.stand || "none";
    for (const part of all(this, "[data-at]")) part.hidden = true;
    for (const part of all(this, "[data-in]")) part.hidden = stand !== "ahead";
    for (const part of all(this, "[data-due]")) part.hidden = stand !== "due";
    for (const part of all(this, "[data-late]")) part.hidden = stand !== "late";
    for (const part of all(this, "[data-clock]")) {
      part.hidden = !next || stand === "due" && now < next.at;
      if (next) part.textContent = clockOf(Math.abs(next.at - now) / 1000);
    }
    for (const part of all(this, "[data-minute]")) this.#minute(part, now);
    this.classList.toggle("is-due", stand === "due");
    this.classList.toggle("is-late", stand === "late");
    if (this.#stand && stand !== this.#stand && stand !== "none" && stand !== "ahead") navigator.vibrate?.(BUZZ_MS);
    this.#stand = stand;
    const words = all(this, ".vital-next > *").filter((part) => !part.hidden).map((part) => part.textContent).join(" ");
    this.dispatchEvent(new CustomEvent("vital-tick", { bubbles: true, detail: { stand, words } }));
  }

  /** @param {HTMLElement} part @param {number} now */
  #minute(part, now) {
    part.hidden = false;
    for (const words of all(part, "[data-words]")) {
      words.textContent = (words.dataset.words || "").replace("{n}", String(Math.floor((now - Number(this.dataset.began)) / 60_000)));
    }
  }
}

customElements.define("vital-clock", VitalClock);

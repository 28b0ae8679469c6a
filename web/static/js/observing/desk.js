// @ts-check
/**
 * <vitals-desk data-whose data-who data-worker>: all the cards of one screen, and the one queue by which what was taken goes to the
 * clinic: at once, when there is a network again, when the page is seen, and again and again until it is kept there. What it
 * did not take is asked about once more when the page opens: somebody may have written it in by hand since.
 * Fires `desk-told` on itself after each round; `open` is there once what lies on this device is.
 */
import { openAwake } from "../call/awake.js";
import { all } from "../lib/dom.js";
import { sending } from "../offline/sending.js";
import { stayAwake } from "./awake.js";
import { openKeeping } from "./keeping.js";
import { showUnkept } from "./unkept.js";

const TRIES = { first: 1_000, most: 15_000 };

/** @typedef {Awaited<ReturnType<typeof openKeeping>>} Keeping */

export class VitalsDesk extends HTMLElement {
  #ended = new AbortController();
  #awake = stayAwake(this, openAwake(navigator, document));
  /** What the clinic can never keep as it is: id -> what it said of it. @type {Map<string, any>} */ #never = new Map();
  /** @type {Promise<Keeping & ReturnType<typeof sending>>} */ open = new Promise(() => undefined);

  connectedCallback() {
    this.#ended = new AbortController();
    const { whose = "", who = "", worker } = this.dataset;
    if (worker) navigator.serviceWorker?.register(worker, { scope: location.pathname }).catch(() => undefined);
    this.open = this.#opened(openKeeping({ whose, who }), this.#ended.signal);
    for (const change of ["desk-told", "part-fetched"]) this.addEventListener(change, this.#awake.look, { signal: this.#ended.signal });
    addEventListener("hashchange", this.#awake.look, { signal: this.#ended.signal }); // somebody came onto the screen
    this.#awake.look();
    void this.round();
  }

  disconnectedCallback() {
    this.#awake.end();
    this.#ended.abort();
  }

  /** @param {Promise<Keeping>} opening @param {AbortSignal} signal */
  async #opened(opening, signal) {
    const kept = await opening;
    const how = { ...TRIES, heard: this.#heard, toldOf: (/** @type {string} */ id) => this.#never.get(id) };
    const { queue, round } = sending(kept.docs, (outcome) => void this.#told(kept, outcome), signal, how);
    for (const { id, told } of [...(await queue.refused()), ...(await queue.apart())]) if (told?.never !== "mend") await queue.again(id);
    return { ...kept, queue, round };
  }

  /** Kept is what the clinic says that it kept: a page of whoever stands in between is no answer of it.
   * @param {Response} answer @param {[string, string][]} fields @returns {Promise<import("../offline/queue.js").Outcome | void>} */
  #heard = async (answer, fields) => {
    const said = await answer.clone().json().catch(() => null), id = fields.find(([name]) => name === "once")?.[1] || "";
    if (said?.never) this.#never.set(id, said);
    else this.#never.delete(id);
    if (answer.ok && !said?.kept) return "kept";
  };

  /** Send what waits. */
  async round() {
    return (await this.open).round();
  }

  /** @param {Keeping} kept @param {import("../offline/queue.js").Outcome} outcome */
  async #told(kept, outcome) {
    this.#say(outcome === "kept" && !(await kept.keeps()) ? "memory" : outcome);
    for (const part of all(this, "[data-others]")) part.hidden = !(await kept.others());
    const { queue, round } = await this.open, there = [...this.querySelectorAll("form")].map((form) => form.action);
    const stays = (await queue.refused()).filter(({ url, told }) => told || !there.includes(url)); // nobody can mend it in a form
    showUnkept(this, [...(await queue.apart()), ...stays], queue, round);
    this.dispatchEvent(new CustomEvent("desk-told"));
  }

  /** @param {string} which */
  #say(which) {
    for (const part of all(this, "[data-says]")) part.hidden = part.dataset.says !== which;
  }
}

customElements.define("vitals-desk", VitalsDesk);

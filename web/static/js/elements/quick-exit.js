// @ts-check
import { drop, leavesNothing } from "../lib/dropping.js";
import { make } from "../lib/dom.js";

const NEUTRAL = "https://www.wikipedia.org/";
const WITHIN_MS = 1500;
const LEFT = "seen"; // when somebody left; its name says nothing of it
const SIGNS_OUT = "left=1; Path=/; SameSite=Lax"; // heard with whatever this browser asks next

/**
 * <quick-exit data-label data-hint data-says data-to>: a quiet link, and Escape three times, leave for a neutral page of the
 * clinic's choice. What the tab kept is dropped; who chose so leaves nothing on the device and is signed out there. replace()
 * keeps 'back' from showing this page again to whoever sits down next. A page before it that the browser had put away as it
 * stood is loaded anew, without what was typed.
 */
export class QuickExit extends HTMLElement {
  /** @type {number[]} */
  #presses = [];
  #ended = new AbortController();
  /** @type {Promise<typeof import("../offline/leaving.js")> | undefined} */ #all;

  connectedCallback() {
    if (this.firstElementChild) return;
    if (leavesNothing()) this.#all = import("../offline/leaving.js"); // there before it is needed
    const link = make("a", { href: this.#to, rel: "noreferrer", class: "quiet" }, this.dataset.label || "");
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.leave();
    });
    const says = make("span", { class: "exit-says" }, this.dataset.says || "");
    this.append(link, make("span", { class: "exit-hint" }, this.dataset.hint || ""), says);
    const { signal } = this.#ended;
    document.addEventListener("keydown", (event) => this.#heard(event), { signal });
    addEventListener("pageshow", (event) => this.#back(event), { signal });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  leave() {
    document.documentElement.hidden = true;
    const nothing = leavesNothing();
    drop(sessionStorage, globalThis.indexedDB, nothing); // what was asked for goes on while the page is left
    if (nothing) document.cookie = location.protocol === "https:" ? `${SIGNS_OUT}; Secure` : SIGNS_OUT;
    void this.#all?.then(({ leave }) => leave());
    try {
      sessionStorage.setItem(LEFT, String(Date.now()));
    } catch {
      // a browser that keeps nothing
    }
    location.replace(this.#to);
  }

  /** @param {PageTransitionEvent} event */
  #back(event) {
    if (!event.persisted || performance.timeOrigin > Number(sessionStorage.getItem(LEFT) ?? 0)) return;
    document.documentElement.hidden = true;
    location.reload();
  }

  get #to() {
    return this.dataset.to || NEUTRAL;
  }

  /** @param {KeyboardEvent} event */
  #heard(event) {
    if (event.key !== "Escape") {
      this.#presses = [];
      return;
    }
    this.#presses = [...this.#presses.filter((at) => event.timeStamp - at < WITHIN_MS), event.timeStamp];
    if (this.#presses.length >= 3) this.leave();
  }
}

customElements.define("quick-exit", QuickExit);

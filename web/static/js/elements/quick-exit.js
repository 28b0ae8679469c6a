// @ts-check
import { drop, leavesNothing } from "../lib/dropping.js";
import { make } from "../lib/dom.js";

const WITHIN_MS = 1500;
const LEFT = "seen"; // when somebody left; its name says nothing of it
const SIGNS_OUT = "left=1; Path=/; SameSite=Lax"; // heard with whatever this browser asks next

/**
 * <quick-exit data-hint> around a link: this quiet link, and Escape three times, leave for a neutral page of the clinic's
 * choice; without scripts the link goes there too. What the tab kept is dropped; who chose so leaves nothing on the device and is signed out there. replace()
 * keeps 'back' from showing this page again to whoever sits down next. A page before it that the browser had put away as it
 * stood is loaded anew, without what was typed.
 */
export class QuickExit extends HTMLElement {
  /** @type {number[]} */
  #presses = [];
  #ended = new AbortController();
  /** @type {Promise<typeof import("../offline/leaving.js")> | undefined} */ #all;

  connectedCallback() {
    const link = this.querySelector("a");
    if (!link) return;
    if (leavesNothing()) this.#all = import("../offline/leaving.js"); // there before it is needed
    if (!this.querySelector(".exit-hint")) link.after(make("span", { class: "exit-hint" }, this.dataset.hint || ""));
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    link.addEventListener("click", (event) => {
      event.preventDefault();
      this.leave();
    }, { signal });
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
    return /** @type {HTMLAnchorElement} */ (this.querySelector("a")).href;
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

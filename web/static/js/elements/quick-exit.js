// @ts-check
import { drop, leavesNothing } from "../lib/dropping.js";
import { make } from "../lib/dom.js";

const WITHIN_MS = 1500;
const LEFT = "seen"; // when somebody left; its name says nothing of it
/** Heard with whatever this browser asks next: a device of somebody's own stays signed in where its things do. @param {boolean} nothing */
const signsOut = (nothing) => `left=${nothing ? "nothing" : "shared"}; Path=/; SameSite=Lax${location.protocol === "https:" ? "; Secure" : ""}`;

/**
 * <quick-exit data-hint> around a link: this quiet link, and Escape three times, leave for a neutral page of the clinic's
 * choice; without scripts the link goes there too. What the tab kept is dropped; on a device that several use they are signed out, and so they are where
 * they chose that nothing stays. replace()
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
    document.title = new URL(this.#to).hostname; // what the tab says until that page is there: without a title it says the address
    const nothing = leavesNothing();
    drop(sessionStorage, globalThis.indexedDB, nothing); // what was asked for goes on while the page is left
    document.cookie = signsOut(nothing);
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

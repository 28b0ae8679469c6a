// @ts-check
/**
 * <note-sheet>: sections that save themselves, each `textarea[data-section]` in a form with an input named version, and
 * one form[data-sign]. Signing takes along what stands in the sections at this moment, so that nothing typed last is
 * left out, whatever is still on its way. The key W leads to the first section without words.
 */
import { alone, keysWanted } from "../lib/one-key.js";
import { carried } from "../record/carried.js";

const LONGEST_MS = 5000;
const LOOK_MS = 50;
/** @param {number} ms */
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

export class NoteSheet extends HTMLElement {
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    const sign = /** @type {HTMLFormElement | null} */ (this.querySelector("form[data-sign]"));
    sign?.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#send(sign);
    }, { signal });
    document.addEventListener("keydown", (event) => this.#comeHere(event), { signal });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** What is on its way arrives first, so that the versions are those the server has. @param {HTMLFormElement} sign */
  async #send(sign) {
    const until = performance.now() + LONGEST_MS;
    while (this.querySelector("[data-when=saving]:not([hidden])") && performance.now() < until) await pause(LOOK_MS);
    for (const [name, value] of carried(this)) put(sign, name, value);
    sign.submit();
  }

  /** @param {KeyboardEvent} event */
  #comeHere(event) {
    if (event.key.toLowerCase() !== "w" || !alone(event) || !keysWanted()) return;
    const sections = /** @type {HTMLTextAreaElement[]} */ ([...this.querySelectorAll("textarea[data-section]")]);
    event.preventDefault();
    (sections.find((one) => !one.value.trim()) ?? sections[0])?.focus();
  }
}

/** @param {HTMLFormElement} form @param {string} name @param {string} value */
function put(form, name, value) {
  const there = /** @type {HTMLInputElement | null} */ (form.elements.namedItem(name));
  const input = there ?? form.appendChild(Object.assign(document.createElement("input"), { type: "hidden", name }));
  input.value = value;
}

customElements.define("note-sheet", NoteSheet);

// @ts-check
/** What an exercise shows: words, seconds, ring and disc of a <calm-player>. It decides nothing. */
import { inWords } from "./course.js";

export class Face {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** What is there in which states stands in the page: `data-show="ready over"`. @param {"ready" | "going" | "ground" | "over"} state */
  state(state) {
    this.#root.dataset.state = state;
    for (const part of this.#all("[data-show]")) part.hidden = !part.dataset.show?.split(" ").includes(state);
    this.hide("[data-said] [data-when=over]", state !== "over");
    if (state === "going" || state === "ground") return;
    this.rest();
    this.word(state);
    for (const words of this.#all("[data-step]")) words.hidden = true;
  }

  /** The disc as it was drawn. */
  rest() {
    this.#root.dataset.move = "";
    this.#root.style.removeProperty("--size");
    this.#root.style.setProperty("--step", "600ms");
  }

  /** The disc stands still as large as it is now; the next step takes it up from there. */
  still() {
    const disc = this.#root.querySelector(".calm-disc");
    const size = disc && new DOMMatrix(getComputedStyle(disc).transform).a;
    this.#root.style.setProperty("--step", "0ms");
    if (size) this.#root.style.setProperty("--size", String(size));
  }

  /** A step begins. @param {import("./course.js").Step} step @param {number} left ms @param {string} to where the disc ends; '' stays */
  step({ kind, key }, left, to) {
    this.#root.style.setProperty("--step", `${left}ms`);
    this.#root.style.removeProperty("--size");
    if (to) this.#root.dataset.move = to;
    this.word(kind);
    for (const words of this.#all("[data-step]")) words.hidden = words.dataset.step !== key;
  }

  /** @param {string} name @param {number} [count] */
  word(name, count = 0) {
    for (const word of this.#all("[data-word]")) word.hidden = word.dataset.word !== name;
    this.count(count);
  }

  /** @param {number} number */
  count(number) {
    this.hide("[data-count]", !number);
    this.text("[data-count]", String(number));
  }

  /** @param {number} ms left @param {number} gone share of all, 0 to 1 */
  time(ms, gone) {
    this.text("[data-left]", this.say(ms));
    this.#root.style.setProperty("--gone", (100 * gone).toFixed(2));
  }

  /** What a screen reader says of a step, in a word; '' says nothing. @param {string} kind */
  speak(kind) {
    const [region] = this.#all("[data-phases]");
    if (region) this.text("[data-phase]", JSON.parse(region.dataset.phases || "{}")[kind] ?? "");
  }

  /** @param {boolean} is */
  paused(is) {
    this.hide("[data-paused=no]", is);
    this.hide("[data-paused=yes]", !is);
    this.hide("[data-said] [data-when=paused]", !is);
  }

  /** @param {string} which @param {boolean} hidden */
  hide(which, hidden) {
    for (const one of this.#all(which)) one.hidden = hidden;
  }

  /** @param {string} which @param {string} text */
  text(which, text) {
    for (const one of this.#all(which)) if (one.textContent !== text) one.textContent = text;
  }

  /** A time in the page's own words. @param {number} ms */
  say(ms) {
    const { minutes = "", both = "", seconds = "" } = this.#root.dataset;
    return inWords(ms, { minutes, both, seconds });
  }

  /** @param {string} which @returns {NodeListOf<HTMLElement>} */
  #all(which) { return this.#root.querySelectorAll(which); }
}

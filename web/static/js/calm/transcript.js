// @ts-check
/** The list of words of a session, and the one that is said now. */
import { clock, lines, said } from "./sitting.js";

export class Transcript {
  /** @type {HTMLElement | null} */ #list;
  /** @type {HTMLTemplateElement | null} */ #pattern;
  /** @type {{place: number, item: HTMLElement}[]} */ #items = [];

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#list = root.querySelector("[data-lines]");
    this.#pattern = root.querySelector("template[data-line]");
  }

  /** @param {import("./sitting.js").Segment[]} line @param {import("./sitting.js").Texts} texts @param {string} anchor */
  write(line, texts, anchor) {
    const { quiet: pattern = "", bell = "" } = this.#list?.dataset ?? {};
    this.#items = lines(line).map(({ place, at, kind, text, quiet }) => {
      const item = /** @type {HTMLElement} */ (/** @type {HTMLElement} */ (this.#pattern?.content.firstElementChild).cloneNode(true));
      const parts = { time: clock(at), words: kind === "bell" ? bell : said(texts, text, anchor), quiet: quiet ? pattern.replace("{s}", String(Math.round(quiet / 1000))) : "" };
      for (const [name, told] of Object.entries(parts)) {
        const part = item.querySelector(`[data-${name}]`);
        if (part) part.textContent = told;
      }
      return { place, item };
    });
    this.#list?.replaceChildren(...this.#items.map(({ item }) => item));
  }

  /** @param {number} place in the line of segments; -1 is nowhere */
  mark(place) {
    const now = this.#items.findLast((one) => one.place <= place);
    for (const one of this.#items) {
      if (one === now && place >= 0) one.item.setAttribute("aria-current", "true");
      else one.item.removeAttribute("aria-current");
    }
  }
}

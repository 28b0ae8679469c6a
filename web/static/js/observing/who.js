// @ts-check
/**
 * <vitals-who>: who is observed, each with the way to them and what their clock says, so that one patient is on a narrow
 * screen and the others stay in sight. What the latest reading comes to and a press of somebody's card are said here too,
 * wherever they were written.
 */
import { all } from "../lib/dom.js";
import { sayComing } from "./clock.js";

export class VitalsWho extends HTMLElement {
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    document.addEventListener("vital-tick", (event) => this.#tick(event), { signal });
    document.addEventListener("part-new", (event) => this.#news(/** @type {Element} */ (event.target)), { signal });
    addEventListener("hashchange", () => this.#mark(), { signal });
    this.#mark();
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** Whose line it is. @param {Element | null | undefined} within */
  #lineOf(within) {
    const id = within?.closest(".vital[id]")?.id;
    return id ? this.querySelector(`a[href="#${CSS.escape(id)}"]`) : null;
  }

  /** @param {Event} event */
  #tick(event) {
    const line = this.#lineOf(/** @type {Element} */ (event.target));
    if (line) sayComing(line, event);
  }

  /** @param {Element} part */
  #news(part) {
    const line = this.#lineOf(part);
    if (!line) return;
    const words = all(line, "[data-word]"), level = part.querySelector("[data-level]")?.getAttribute("data-level");
    for (const word of words) {
      word.hidden = word.dataset.word !== level;
      line.classList.toggle(`is-${word.dataset.word}`, !word.hidden);
    }
    if (!words.length) this.#pressed(line, part);
  }

  /** @param {Element} line @param {Element} part */
  #pressed(line, part) {
    const news = part.querySelector("[data-pressed] [data-news]")?.textContent, said = line.querySelector("[data-coming]");
    if (!news || !said) return;
    said.textContent = news;
    line.classList.add("is-stop");
  }

  /** Who is on a narrow screen now. */
  #mark() {
    const lines = all(this, "a"), chosen = lines.find((line) => line.getAttribute("href") === location.hash) || lines[0];
    for (const line of lines) line.toggleAttribute("aria-current", line === chosen);
    const list = this.querySelector("ul");
    if (!list || !chosen) return;
    const box = chosen.getBoundingClientRect(), frame = list.getBoundingClientRect(); // the page itself stays where it is
    if (box.left < frame.left || box.right > frame.right) list.scrollBy({ left: (box.left + box.right - frame.left - frame.right) / 2 });
  }
}

customElements.define("vitals-who", VitalsWho);

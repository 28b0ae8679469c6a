// @ts-check
/** What was chosen and rated on the page of a guided meditation. */
import { read, spaced } from "./sitting.js";

const RATED = /** @type {const} */ (["calm_before", "mood_before", "calm_after", "mood_after"]);

export class Asked {
  #root;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {string} name */
  field(name) {
    const field = this.#root.querySelector(`input[name=${name}]:checked, select[name=${name}]`);
    return field instanceof HTMLInputElement || field instanceof HTMLSelectElement ? field.value : "";
  }

  /** The segments of the chosen length, with silences as long as was chosen. */
  get line() {
    const lines = read(this.#root.dataset.lengths || "{}");
    return spaced(lines[this.field("minutes")] ?? Object.values(lines)[0] ?? [], Number(this.field("gap") || 100));
  }

  /** @returns {import("./sitting.js").Texts} */
  get texts() { return JSON.parse(this.#root.dataset.texts || "{}"); }

  /** @returns {import("./sitting.js").Ratings} only what somebody chose */
  get ratings() {
    const told = RATED.map((name) => /** @type {[string, string]} */ ([name, this.field(name)]));
    return Object.fromEntries(told.filter(([, value]) => value).map(([name, value]) => [name, Number(value)]));
  }

  /** Nothing is rated. */
  clear() {
    for (const name of RATED) {
      for (const radio of this.#root.querySelectorAll(`[name=${name}]`)) /** @type {HTMLInputElement} */ (radio).checked = false;
    }
  }

  /** The clinic reads too: its choice stands in the page for when it does. */
  recorded() {
    const select = this.#root.querySelector("select[name=voice]"), words = this.#root.dataset.clinic;
    if (!(select instanceof HTMLSelectElement) || !words || [...select.options].some(({ value }) => value === "clinic")) return;
    select.options[0].after(new Option(words, "clinic"));
    select.value = "clinic";
    this.voices([...select.options].filter(({ value }) => value !== "" && value !== "clinic").map(({ value }) => ({ name: value })));
  }

  /** The voices that may read aloud; where there is none the page says so. @param {{name: string}[]} voices */
  voices(voices) {
    const select = this.#root.querySelector("select[name=voice]");
    const found = (/** @type {HTMLOptionElement} */ { value }) => !["", "clinic"].includes(value);
    if (select instanceof HTMLSelectElement && [...select.options].filter(found).map(({ value }) => value).join() !== voices.map(({ name }) => name).join()) {
      select.replaceChildren(...[...select.options].filter((one) => !found(one)), ...voices.map(({ name }) => new Option(name, name)));
      select.value = select.options[1]?.value ?? "";
    }
    for (const part of this.#root.querySelectorAll("[data-voices]")) {
      /** @type {HTMLElement} */ (part).hidden = /** @type {HTMLElement} */ (part).dataset.voices !== (select instanceof HTMLSelectElement && select.options.length > 1 ? "some" : "none");
    }
  }
}

// @ts-check
/**
 * <left-words data-from [data-into] [data-to]> on the page of a signed note: what this tab holds of it that was not saved
 * before it was signed elsewhere. data-from: the address below which its sections were saved; data-into: the id of the
 * field that adds to it; data-to: the page that has such a field, where this one has none.
 */
import { all, copyOf, one } from "../lib/dom.js";
import { carry, drop, dropOthers, leftOf, placeOf } from "../lib/left.js";

/** Who is signed in, as the page was drawn. */
const whose = () => document.documentElement.dataset.reader ?? "";

export class LeftWords extends HTMLElement {
  connectedCallback() {
    const standing = all(document, ".note-words dd, .addendum .as-typed").map((words) => words.textContent || "");
    dropOthers(sessionStorage, whose());
    const found = leftOf(sessionStorage, placeOf(whose(), location.origin + (this.dataset.from || "")), standing);
    one(this, "[data-rows]").replaceChildren(...found.map((left) => this.#row(left)));
    this.hidden = !found.length;
  }

  /** @param {{names: string[], text: string}} left */
  #row(left) {
    const row = copyOf("left-words-row");
    one(row, "[data-words]").textContent = left.text;
    one(row, "[data-add]").addEventListener("click", () => this.#add(left));
    one(row, "[data-drop]").addEventListener("click", () => {
      drop(sessionStorage, left.names);
      this.connectedCallback();
    });
    return row;
  }

  /** They stay in this tab until they stand below the note. @param {{names: string[], text: string}} left */
  #add(left) {
    const field = document.getElementById(this.dataset.into || "");
    if (!(field instanceof HTMLTextAreaElement)) {
      carry(sessionStorage, left, placeOf(whose(), `${location.origin}${this.dataset.to}/parts/`));
      return location.assign(this.dataset.to || "");
    }
    field.value = [field.value, left.text].filter(Boolean).join("\n\n");
    field.focus();
  }
}

customElements.define("left-words", LeftWords);

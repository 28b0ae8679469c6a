// @ts-check
/** <exit-choice>: what 'leave this page at once' leaves on a device of somebody's own. Kept on the device alone. */
import { all, one } from "../lib/dom.js";
import { chooseToLeave, leavesNothing } from "../lib/dropping.js";

export class ExitChoice extends HTMLElement {
  connectedCallback() {
    const chosen = leavesNothing() ? "nothing" : "sealed";
    for (const input of /** @type {HTMLInputElement[]} */ (all(this, "input"))) {
      input.checked = input.value === chosen;
      input.addEventListener("change", () => this.#choose(input.value));
    }
    this.hidden = false;
  }

  /** @param {string} value */
  #choose(value) {
    chooseToLeave(value === "nothing");
    one(this, "[role=status]").textContent = this.dataset.kept || "";
  }
}

customElements.define("exit-choice", ExitChoice);

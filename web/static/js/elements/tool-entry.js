// @ts-check
/**
 * <tool-entry data-tool> around the form of a tool: kept like every entry (own-entry.js). A row that is asked again further
 * down is called there by what was just written.
 */
import { all } from "../lib/dom.js";
import { OwnEntry, todayHere } from "../offline/own-entry.js";

export class ToolEntry extends OwnEntry {
  connectedCallback() {
    super.connectedCallback();
    this.addEventListener("input", called);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this.removeEventListener("input", called);
  }

  get #form() {
    return `tool:${this.dataset.tool}`;
  }

  async remember() {
    const share = this.querySelector("[name=share]:checked");
    await this.docs?.put(this.#form, { share: share instanceof HTMLInputElement ? share.value : "me" });
  }

  /** @param {HTMLFormElement} form */
  async recall(form) {
    await super.recall(form);
    const day = form.elements.namedItem("day");
    if (day instanceof HTMLInputElement && day.defaultValue) day.value = day.defaultValue = todayHere();
    this.chooseShare((await this.docs?.get(this.#form))?.share || "me");
  }
}

/** @param {Event} event */
function called({ target, currentTarget }) {
  if (!(target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement)) return;
  const row = target.dataset.row;
  if (!row || !(currentTarget instanceof HTMLElement)) return;
  for (const name of all(currentTarget, `[data-named="${row}"]`)) {
    name.dataset.before ??= name.textContent || "";
    name.textContent = target.value.trim() || name.dataset.before;
  }
}

customElements.define("tool-entry", ToolEntry);

// @ts-check
/**
 * <tool-entry data-tool> around the form of a tool: kept like every entry (own-entry.js). A row that is asked again further
 * down is called there by what was just written. [data-climb]: which step of a ladder it was, among those that this device
 * keeps; [data-none] is shown where it keeps none.
 */
import { all, one } from "../lib/dom.js";
import { keptLadders, listSteps } from "../offline/ladders.js";
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
    if (this.querySelector("[data-climb]")) await this.#climb(form);
  }

  /** The step goes along as it does with a connection. @param {HTMLFormElement} form */
  async #climb(form) {
    const ladders = this.docs ? await keptLadders(this.docs) : [], choice = one(this, "#climb", HTMLSelectElement);
    listSteps(choice, ladders);
    for (const part of all(this, "[data-climb], .sill")) part.hidden = !ladders.length;
    one(this, "[data-none]", HTMLElement).hidden = Boolean(ladders.length);
    const asked = new URLSearchParams(location.search), steps = ladders.find(({ of }) => of === asked.get("of"))?.steps;
    const wanted = steps?.[Number(asked.get("step"))]?.key;
    const first = [...choice.options].find(({ value, dataset }) => value === wanted && dataset.of === asked.get("of"));
    if (first) first.selected = first.defaultSelected = true;
    const chosen = () => {
      const step = choice.selectedOptions[0];
      for (const [name, value] of Object.entries({ of: step?.dataset.of, step: step?.value, what: step?.text })) {
        one(form, `[name=${name}]`, HTMLInputElement).value = value || "";
      }
    };
    choice.addEventListener("change", chosen);
    form.addEventListener("reset", () => queueMicrotask(chosen)); // once it is empty
    chosen();
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

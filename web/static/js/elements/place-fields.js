// @ts-check
/**
 * <place-fields>: a country and, where its parts matter, a region. Without script both are shown, the regions in groups;
 * with it the region is there for such a country alone, and holds its own parts only.
 */
export class PlaceFields extends HTMLElement {
  #ended = new AbortController();
  /** @type {HTMLOptGroupElement[]} all groups, also those that are not in the list now */
  #groups = [];

  connectedCallback() {
    this.#ended = new AbortController();
    if (!this.#groups.length) this.#groups = [...this.#region.querySelectorAll("optgroup")];
    this.#country.addEventListener("change", () => this.#fit(), { signal: this.#ended.signal });
    this.#fit();
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** Some browsers show options that are hidden: what does not fit is taken out. */
  #fit() {
    const chosen = this.#region.value;
    const fitting = this.#groups.filter((group) => group.dataset.country === this.#country.value);
    for (const group of this.#groups) group.remove();
    this.#region.options[0]?.after(...fitting);
    this.#region.value = [...this.#region.options].some((one) => one.value === chosen) ? chosen : "";
    const field = /** @type {HTMLElement} */ (this.querySelector("[data-region]"));
    field.hidden = !fitting.length;
    this.#region.disabled = !fitting.length;
  }

  get #country() { return /** @type {HTMLSelectElement} */ (this.querySelector("select[name=country]")); }
  get #region() { return /** @type {HTMLSelectElement} */ (this.querySelector("select[name=region]")); }
}

customElements.define("place-fields", PlaceFields);

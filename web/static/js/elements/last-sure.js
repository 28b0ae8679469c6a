// @ts-check
import { clock } from "../lib/wall.js";

/**
 * <last-sure data-words="This page was last sure at {time}; it is asking again." hidden>: says how old a page's truth is
 * while its live parts cannot reach the server, and is silent again with their next answer. The time is this device's.
 */
export class LastSure extends HTMLElement {
  #sure = new Date();
  #ended = new AbortController();

  connectedCallback() {
    this.#sure = new Date();
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    document.addEventListener("part-fetched", () => this.#fresh(), { signal });
    document.addEventListener("part-unsure", () => this.#tell(), { signal });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  #fresh() {
    this.#sure = new Date();
    this.hidden = true;
  }

  /** Said once for each time the server is lost, not at every try. */
  #tell() {
    if (!this.hidden) return;
    this.textContent = (this.dataset.words || "").replace("{time}", clock(this.#sure));
    this.hidden = false;
  }
}

customElements.define("last-sure", LastSure);

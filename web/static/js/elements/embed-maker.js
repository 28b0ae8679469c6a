// @ts-check
import { all, on, one } from "../lib/dom.js";
import { whenQuiet } from "../lib/timing.js";

/**
 * <embed-maker> around the choices and the code: shows at once what a choice makes of both, here and in the preview.
 * Without script the form's own button does the same.
 */
export class EmbedMaker extends HTMLElement {
  #ended = new AbortController();

  connectedCallback() {
    const { signal } = this.#ended;
    const form = one(this, "form", HTMLFormElement);
    const soon = whenQuiet(() => this.#show(form), 250);
    on(form, "input", soon, signal);
    on(this, "click", (event) => this.#clicked(event), signal);
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {HTMLFormElement} form */
  async #show(form) {
    const url = `${form.action}?${new URLSearchParams(/** @type {any} */ (new FormData(form)))}`;
    const answer = await fetch(url, { signal: this.#ended.signal });
    if (!answer.ok) return form.submit();
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    history.replaceState(null, "", url);
    const fields = one(page, "embed-maker form", HTMLFormElement);
    if (names(fields) !== names(form)) return location.reload();
    for (const part of all(document, "[data-fresh]")) {
      const fresh = page.getElementById(part.id);
      if (fresh) part.replaceWith(document.adoptNode(fresh));
    }
    /** @type {any} */ (window).Parlour?.("scan");
  }

  /** @param {MouseEvent} event */
  async #clicked(event) {
    const button = event.target instanceof Element ? event.target.closest("[data-copy]") : null;
    if (!(button instanceof HTMLElement)) return;
    await navigator.clipboard.writeText(one(this, ".code").textContent?.trim() || "");
    const words = one(button, "span");
    words.textContent = button.dataset.done || "";
  }
}

/** Another form of it has other fields: then the page is made anew. @param {HTMLFormElement} form */
function names(form) {
  return [...new Set([...form.elements].map((field) => /** @type {any} */ (field).name))].join(" ");
}

customElements.define("embed-maker", EmbedMaker);

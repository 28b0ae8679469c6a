// @ts-check
import { one } from "../lib/dom.js";

/**
 * <look-live> around the forms of a clinic's look: the preview shows the name and the picture before they are kept.
 * Without script the preview shows them once they are.
 */
export class LookLive extends HTMLElement {
  /** @type {string} */
  #picture = "";

  connectedCallback() {
    one(this, 'input[name="name"]').addEventListener("input", () => this.show());
    one(this, 'input[name="picture"]').addEventListener("change", () => this.choose());
    new MutationObserver(() => this.show()).observe(one(this, "[data-preview]"), { childList: true });
  }

  choose() {
    if (this.#picture) URL.revokeObjectURL(this.#picture);
    const file = one(this, 'input[name="picture"]', HTMLInputElement).files?.[0];
    this.#picture = file?.type.startsWith("image/") && !file.type.includes("svg") ? URL.createObjectURL(file) : "";
    this.show();
  }

  show() {
    const name = one(this, 'input[name="name"]', HTMLInputElement).value;
    for (const place of this.querySelectorAll("[data-name]")) place.textContent = name;
    if (!this.#picture) return;
    for (const mark of this.querySelectorAll(".preview .brand-mark")) mark.replaceWith(drawn(this.#picture));
  }
}

/** @param {string} address */
function drawn(address) {
  const image = document.createElement("img");
  image.className = "brand-mark";
  image.alt = "";
  image.src = address;
  return image;
}

customElements.define("look-live", LookLive);

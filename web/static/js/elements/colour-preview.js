// @ts-check
import { one } from "../lib/dom.js";
import { get } from "../lib/http.js";
import { whenQuiet } from "../lib/timing.js";

/**
 * <colour-preview> around a colour field and [data-preview]: while one chooses, the server says what the colour
 * becomes in both lights. Without script the button 'Show the colour first' does the same.
 */
export class ColourPreview extends HTMLElement {
  connectedCallback() {
    const show = whenQuiet(() => void this.show(), 150);
    one(this, 'input[name="colour"]').addEventListener("input", () => show());
  }

  async show() {
    const field = one(this, 'input[name="colour"]', HTMLInputElement);
    const asked = field.value;
    const answer = await get(`/colour?of=${encodeURIComponent(asked)}`, { accept: "text/html" });
    if (answer.ok && field.value === asked) one(this, "[data-preview]").innerHTML = answer.data;
  }
}

customElements.define("colour-preview", ColourPreview);

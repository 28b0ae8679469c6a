// @ts-check
import { one } from "../lib/dom.js";

/** <zone-guess> around an empty time zone field: fills in the zone that this device is set to. */
export class ZoneGuess extends HTMLElement {
  connectedCallback() {
    const field = one(this, "input", HTMLInputElement);
    if (!field.value) field.value = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  }
}

customElements.define("zone-guess", ZoneGuess);

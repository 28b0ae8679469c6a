// @ts-check
/** Makes a passkey on this device and sends it with the form. */
import { one, say } from "../lib/dom.js";
import { post } from "../lib/http.js";
import { browserSupportsWebAuthn } from "../../vendor/simplewebauthn/helpers/browserSupportsWebAuthn.js";
import { startRegistration } from "../../vendor/simplewebauthn/methods/startRegistration.js";

class PasskeyNew extends HTMLElement {
  connectedCallback() {
    this.form = one(this, "form", HTMLFormElement);
    if (!browserSupportsWebAuthn()) return this.tell(this.dataset.missing);
    this.form.addEventListener("submit", (event) => this.sending(event));
    one(this, "button", HTMLButtonElement).disabled = false; // until now a press would have sent an empty answer
  }

  /** @param {SubmitEvent} event */
  sending(event) {
    if (one(this, "[name=credential]", HTMLInputElement).value) return;
    event.preventDefault();
    this.make().catch(() => this.tell(this.dataset.refused));
  }

  async make() {
    this.tell();
    const asked = await post(this.dataset.options ?? "", new FormData(this.form));
    if (asked.status === 422) return this.tell(this.dataset.password);
    if (!asked.ok) throw new Error(`asked and heard ${asked.status}`);
    const made = await startRegistration({ optionsJSON: asked.data });
    one(this, "[name=credential]", HTMLInputElement).value = JSON.stringify(made);
    this.form?.requestSubmit();
  }

  /** @param {string} [words] */
  tell(words = "") {
    say(one(this, "[data-said]"), words);
  }
}

customElements.define("passkey-new", PasskeyNew);

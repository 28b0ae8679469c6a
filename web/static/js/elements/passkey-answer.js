// @ts-check
/** The second step by passkey: asks the server what to ask, lets the device answer, sends the form. */
import { one, say } from "../lib/dom.js";
import { post } from "../lib/http.js";
import { browserSupportsWebAuthn } from "../../vendor/simplewebauthn/helpers/browserSupportsWebAuthn.js";
import { startAuthentication } from "../../vendor/simplewebauthn/methods/startAuthentication.js";

class PasskeyAnswer extends HTMLElement {
  connectedCallback() {
    this.form = one(this, "form", HTMLFormElement);
    if (!browserSupportsWebAuthn()) return this.tell(this.dataset.missing);
    this.form.addEventListener("submit", (event) => this.sending(event));
    one(this, "button", HTMLButtonElement).disabled = false; // until now a press would have sent an empty answer
  }

  /** @param {SubmitEvent} event */
  sending(event) {
    if (this.field("credential").value) return;
    event.preventDefault();
    this.answer().catch(() => this.tell(this.dataset.refused));
  }

  async answer() {
    const asked = await post(this.dataset.options ?? "");
    if (!asked.ok) throw new Error(`asked and heard ${asked.status}`);
    const answer = await startAuthentication({ optionsJSON: asked.data });
    this.field("credential").value = JSON.stringify(answer);
    this.form?.requestSubmit();
  }

  /** @param {string} name */
  field(name) {
    return one(this, `[name=${name}]`, HTMLInputElement);
  }

  /** @param {string} [words] */
  tell(words = "") {
    say(one(this, "[data-said]"), words);
  }
}

customElements.define("passkey-answer", PasskeyAnswer);

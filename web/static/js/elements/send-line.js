// @ts-check
/**
 * <send-line data-far>: around the form of one line. Sends it without leaving the page, empties the box once it stands,
 * and lets the lines above fetch themselves again. Whatever is refused is sent the plain way, so that the page says why.
 * Enter sends, Shift and Enter make a new row.
 */
export class SendLine extends HTMLElement {
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    if (event.target.value.trim()) event.target.form?.requestSubmit();
  }

  /** @param {Event} event */
  async #submitted(event) {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    const answer = await this.#send(form).catch(() => null);
    if (!answer) return this.#say(this.dataset.far || "");
    if (!answer.ok) return form.submit();
    this.#say("");
    this.#empty(form);
    const lines = this.closest(".talk")?.querySelector("live-part[data-lines]");
    /** @type {any} */ (lines)?.refresh?.();
  }

  /** @param {HTMLFormElement} form */
  #send(form) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const headers = { Accept: "application/json" };
    return fetch(form.action, { method: "POST", body, headers, signal: AbortSignal.timeout(8000) });
  }

  /** A new line is a new form: its word is new too. @param {HTMLFormElement} form */
  #empty(form) {
    const text = form.elements.namedItem("text");
    const once = form.elements.namedItem("once");
    if (text instanceof HTMLTextAreaElement) text.value = "";
    if (once instanceof HTMLInputElement) once.value = Array.from(crypto.getRandomValues(new Uint32Array(4)), String).join("-");
  }

  /** @param {string} words */
  #say(words) {
    const mend = this.querySelector(".mend");
    if (!(mend instanceof HTMLElement)) return;
    mend.hidden = !words;
    mend.textContent = words;
  }
}

customElements.define("send-line", SendLine);

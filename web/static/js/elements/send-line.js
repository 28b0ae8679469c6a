// @ts-check
/**
 * <send-line data-far data-long data-many data-over>: around the form of one line. Sends it without ever leaving the page,
 * once for two presses, empties the box once it stands, and lets the lines above fetch themselves again. What is refused
 * stays in the box, with the reason below. Enter sends, Shift and Enter make a new row; nothing typed sends nothing.
 */
const REASONS = /** @type {Record<number, string>} */ ({ 409: "over", 413: "long", 422: "long", 429: "many" });

export class SendLine extends HTMLElement {
  #ended = new AbortController();
  #busy = false;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.addEventListener("submit", (event) => this.submitted(event), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !(event.target instanceof HTMLTextAreaElement)) return;
    event.preventDefault();
    event.target.form?.requestSubmit();
  }

  /** @param {Event} event */
  async submitted(event) {
    event.preventDefault();
    const form = /** @type {HTMLFormElement} */ (event.target);
    const box = /** @type {HTMLTextAreaElement} */ (form.elements.namedItem("text"));
    const typed = box.value;
    if (this.#busy) return;
    if (!typed.trim()) return box.focus();
    this.#busy = true;
    const answer = await this.#send(form).catch(() => null);
    this.#busy = false;
    // An answer from elsewhere is not ours: signed out, and the page's live parts say so.
    const stands = answer?.ok && !answer.redirected;
    this.#say(stands ? "" : this.dataset[REASONS[answer?.status ?? 0] ?? "far"] || "");
    if (stands) this.#empty(form, box, typed);
    /** @type {any} */ (this.closest(".talk")?.querySelector("live-part[data-lines]"))?.refresh?.();
  }

  /** @param {HTMLFormElement} form */
  #send(form) {
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form)) body.append(name, String(value));
    const headers = { Accept: "application/json" };
    return fetch(form.action, { method: "POST", body, headers, signal: AbortSignal.timeout(8000) });
  }

  /**
   * A new line is a new form: its word is new too. What was typed on meanwhile is a line of its own.
   * @param {HTMLFormElement} form @param {HTMLTextAreaElement} box @param {string} sent
   */
  #empty(form, box, sent) {
    box.value = box.value.startsWith(sent) ? box.value.slice(sent.length) : box.value;
    const once = form.elements.namedItem("once");
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

// @ts-check
/**
 * <in-place><live-part>...</live-part><form>...</form></in-place>: forms in it are sent without leaving the page, so that
 * a call beside them goes on; then the live part is fetched anew. [data-when=status] of a form says what came instead.
 * Without script, and where the server wants somebody to sign in, the form is an ordinary one.
 */
export class InPlace extends HTMLElement {
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    this.addEventListener("submit", (event) => this.#sent(event), { signal: this.#ended.signal });
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {SubmitEvent} event */
  async #sent(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    event.preventDefault();
    const body = new URLSearchParams();
    for (const [name, value] of new FormData(form, event.submitter)) body.append(name, String(value));
    const asked = { method: "POST", body, headers: { accept: "application/json" } };
    form.setAttribute("aria-busy", "true");
    const answer = await fetch(form.action, asked).catch(() => null);
    form.removeAttribute("aria-busy");
    if (answer?.redirected || answer?.status === 401) return form.submit();
    const { open = 0 } = answer?.ok ? await answer.json().catch(() => ({})) : {};
    this.#say(form, open ? "open" : answer ? answer.status : 0);
    if (!answer?.ok) return;
    this.#kept(form, open);
    /** @type {any} */ (this.querySelector("live-part"))?.refresh?.();
  }

  /** @param {HTMLFormElement} form @param {number} open  how much of it is still to be filled in: it stays as it is */
  #kept(form, open) {
    const seen = /** @type {HTMLInputElement | null} */ (form.querySelector("input[name=seen]"));
    if (!open) form.reset();
    if (seen) seen.value = String(Number(seen.value) + 1);
    if (!open) form.closest("details")?.removeAttribute("open");
  }

  /** @param {HTMLFormElement} form @param {number | string} status */
  #say(form, status) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (form.querySelectorAll("[data-when]"))) {
      words.hidden = words.dataset.when !== String(status);
    }
  }
}

customElements.define("in-place", InPlace);

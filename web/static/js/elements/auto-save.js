// @ts-check
/**
 * <auto-save><form>...<textarea></textarea><input type=hidden name=version>...</form></auto-save>: saves a form a moment
 * after the last key, on leaving the field, and when the page goes away. What could not be sent stays in this tab's
 * storage and is offered again after a reload; a page that was drawn before this tab's last save is asked for anew.
 * [data-state] holds the sentences: [data-when=saved|saving|kept|overtaken].
 */
const PAUSE_MS = 800;
const RETRY_MS = 5000;

export class AutoSave extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} the pending timer is the dirty flag */
  #timer;
  #sending = false;
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#takeUp();
    this.addEventListener("input", () => this.#soon(PAUSE_MS), { signal });
    this.addEventListener("focusout", () => this.#now(), { signal });
    this.#form.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("formaction")) return; // sends it somewhere else, and no draft
      event.preventDefault();
      this.save();
    }, { signal });
    addEventListener("pagehide", () => this.#now(), { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#now(); }, { signal });
  }

  disconnectedCallback() {
    this.#now();
    this.#ended.abort();
  }

  async save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending) return this.#soon(PAUSE_MS);
    this.#sending = true;
    const text = this.#text.value;
    this.#say("saving");
    try {
      const body = new URLSearchParams(/** @type {any} */ (new FormData(this.#form)));
      const answer = await fetch(this.#form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      await this.#answered(answer, text);
    } catch {
      this.#say("kept");
      this.#soon(RETRY_MS);
    }
    this.#sending = false;
  }

  /** @param {Response} answer @param {string} text */
  async #answered(answer, text) {
    if (answer.status === 409) return this.#say("overtaken");
    if (!answer.ok) throw new Error(String(answer.status));
    const { version, at } = await answer.json();
    this.#version.value = version;
    sessionStorage.setItem(this.#savedKey, version);
    if (this.#text.value === text) sessionStorage.removeItem(this.#key);
    this.#say("saved", at);
  }

  /** @param {number} ms */
  #soon(ms) {
    sessionStorage.setItem(this.#key, JSON.stringify({ text: this.#text.value, version: this.#version.value }));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), ms);
  }

  #now() {
    if (this.#timer) this.save();
  }

  /** What an earlier page of this tab could not send; not over a note that was saved from elsewhere since. */
  #takeUp() {
    if (this.#isStale()) return location.reload();
    const kept = JSON.parse(sessionStorage.getItem(this.#key) || "null");
    if (!kept || kept.text === this.#text.value) return sessionStorage.removeItem(this.#key);
    if (String(kept.version) !== this.#version.value) return this.#say("overtaken");
    this.#text.value = kept.text;
    this.#soon(0);
  }

  /** The server drew this page, then the page before it saved. Asked once only: a restored backup counts from lower. */
  #isStale() {
    const saved = Number(sessionStorage.getItem(this.#savedKey));
    sessionStorage.removeItem(this.#savedKey);
    return saved > Number(this.#version.value);
  }

  /** @param {string} state @param {string} [at] */
  #say(state, at) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-state] [data-when]"))) {
      words.hidden = words.dataset.when !== state;
      const clock = words.querySelector("[data-at]");
      if (clock && at) clock.textContent = at;
    }
  }

  get #form() { return /** @type {HTMLFormElement} */ (this.querySelector("form")); }
  get #text() { return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea")); }
  get #version() { return /** @type {HTMLInputElement} */ (this.querySelector("input[name=version]")); }
  get #key() { return `auto-save:${this.#form.action}`; }
  get #savedKey() { return `auto-saved:${this.#form.action}`; }
}

customElements.define("auto-save", AutoSave);

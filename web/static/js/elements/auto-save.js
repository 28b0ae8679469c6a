// @ts-check
/**
 * <auto-save><form>...<textarea></textarea><input type=hidden name=version>...</form></auto-save>: saves a form a moment
 * after the last key, on leaving the field, and when the page goes away. What could not be sent stays in this tab's
 * storage and is offered again after a reload; a page that was drawn before this tab's last save is asked for anew.
 * [data-state] holds the sentences: [data-when=saved|saving|kept|both|overtaken].
 * A form with input[name=was], which holds what stood there last, is written by two people: what the other wrote
 * meanwhile comes back together with what is new here. form[data-goes] leads on, once it is saved.
 */
const PAUSE_MS = 800;
const RETRY_MS = 5000;
const LOOK_MS = 50;

export class AutoSave extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} the pending timer is the dirty flag */
  #timer;
  #sending = false;
  #twice = false;
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
      this.#sent(event.submitter);
    }, { signal });
    addEventListener("pagehide", () => this.#now(), { signal });
    document.addEventListener("visibilitychange", () => { if (document.hidden) this.#now(); }, { signal });
  }

  disconnectedCallback() {
    this.#now();
    this.#ended.abort();
  }

  /** Whether the server has it now. @returns {Promise<boolean>} */
  async save() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#sending) return this.#soon(PAUSE_MS);
    this.#sending = true;
    const text = this.#text.value;
    let saved = false;
    this.#say("saving");
    try {
      const body = new URLSearchParams(/** @type {any} */ (new FormData(this.#form)));
      const answer = await fetch(this.#form.action, { method: "POST", body, headers: { Accept: "application/json" }, keepalive: true });
      saved = await this.#answered(answer, text);
    } catch {
      this.#say("kept");
      this.#soon(RETRY_MS);
    }
    this.#sending = false;
    return saved;
  }

  /** Somebody pressed a button of the form. @param {HTMLElement | null} by */
  async #sent(by) {
    while (this.#sending) await new Promise((done) => setTimeout(done, LOOK_MS));
    if (!(await this.save()) || !("goes" in this.#form.dataset)) return;
    const { name, value } = /** @type {HTMLButtonElement} */ (by ?? {});
    if (name) this.#form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    this.#form.submit();
  }

  /** @param {Response} answer @param {string} text */
  async #answered(answer, text) {
    if (answer.status === 409) return this.#overtaken(await answer.json(), text);
    if (!answer.ok) throw new Error(String(answer.status));
    const { version, at } = await answer.json();
    this.#version.value = version;
    if (this.#was) this.#was.value = text;
    sessionStorage.setItem(this.#savedKey, version);
    if (this.#text.value === text) sessionStorage.removeItem(this.#key);
    this.#say("saved", at);
    return true;
  }

  /** @param {{version?: number, text?: string, was?: string}} both @param {string} sent */
  #overtaken(both, sent) {
    if (typeof both.text !== "string" || !this.#was) {
      this.#say("overtaken");
      return false;
    }
    if (this.#text.value === sent) { // what was typed since comes with the next try, over the same text
      Object.assign(this.#text, { value: both.text });
      Object.assign(this.#version, { value: both.version });
      this.#was.value = both.was ?? "";
      this.#twice = true;
    }
    return this.#soon(PAUSE_MS);
  }

  /** @param {number} ms */
  #soon(ms) {
    const kept = { text: this.#text.value, version: this.#version.value, was: this.#was?.value };
    sessionStorage.setItem(this.#key, JSON.stringify(kept));
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), ms);
    return false;
  }

  #now() {
    if (this.#timer) this.save();
  }

  /** What an earlier page of this tab could not send; not over a note that was saved from elsewhere since. */
  #takeUp() {
    if (this.#isStale()) return location.reload();
    const kept = JSON.parse(sessionStorage.getItem(this.#key) || "null");
    if (!kept || kept.text === this.#text.value) return sessionStorage.removeItem(this.#key);
    if (String(kept.version) !== this.#version.value && !this.#was) return this.#say("overtaken");
    if (this.#was) Object.assign(this.#was, { value: kept.was ?? "" });
    this.#version.value = kept.version;
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
      words.hidden = words.dataset.when !== state && !(this.#twice && words.dataset.when === "both");
      const clock = words.querySelector("[data-at]");
      if (clock && at) clock.textContent = at;
    }
  }

  get #form() { return /** @type {HTMLFormElement} */ (this.querySelector("form")); }
  get #text() { return /** @type {HTMLTextAreaElement} */ (this.querySelector("textarea")); }
  get #was() { return /** @type {HTMLInputElement | null} */ (this.querySelector("input[name=was]")); }
  get #version() { return /** @type {HTMLInputElement} */ (this.querySelector("input[name=version]")); }
  get #key() { return `auto-save:${this.#form.action}`; }
  get #savedKey() { return `auto-saved:${this.#form.action}`; }
}

customElements.define("auto-save", AutoSave);

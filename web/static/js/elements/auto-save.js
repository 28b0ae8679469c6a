// @ts-check
/**
 * <auto-save><form>...<textarea></textarea><input type=hidden name=version>...</form></auto-save>: saves a form a moment
 * after the last key, on leaving the field, and when the page goes away. What could not be sent stays in this tab's
 * storage and is offered again after a reload; a page that was drawn before this tab's last save is asked for anew.
 * [data-state] holds the sentences: [data-when=saved|saving|kept|both|overtaken|signed-out|refused].
 * A save whose answer was lost may have arrived: the very same words go first once more, and what is new goes over them.
 * What was typed over a text that somebody else changed since stands after a reload in [data-mine], beside what stands
 * now: [data-mine-add] puts it below that, [data-mine-drop] lets it go.
 * A form with input[name=was], which holds what stood there last, is written by two people: what the other wrote
 * meanwhile comes back together with what is new here. form[data-goes] leads on, once it is saved.
 * Several use one device: what is kept is kept under html[data-reader], who was signed in as the page was drawn, and what
 * is of somebody else is let go. The server is told whose words they are, and takes them for nobody else.
 */
import { dropOthers, placeOf } from "../lib/left.js";

const PAUSE_MS = 800;
const RETRY_MS = 5000;
const LONGEST_MS = 60_000;
const LOOK_MS = 50;

export class AutoSave extends HTMLElement {
  /** @type {ReturnType<typeof setTimeout> | undefined} the pending timer is the dirty flag */
  #timer;
  #sending = false;
  #twice = false;
  #retry = RETRY_MS;
  /** What was sent and not answered. @type {string | undefined} */
  #lost;
  #ended = new AbortController();

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    dropOthers(sessionStorage, this.#whose);
    this.#takeUp();
    this.#showMine();
    this.addEventListener("input", () => this.#soon(PAUSE_MS), { signal });
    this.addEventListener("focusout", () => this.#now(), { signal });
    this.#form.addEventListener("submit", (event) => {
      if (event.submitter?.hasAttribute("formaction")) return; // sends it somewhere else, and no draft
      event.preventDefault();
      this.#sent(event.submitter);
    }, { signal });
    this.querySelector("[data-mine-add]")?.addEventListener("click", () => this.#addMine(), { signal });
    this.querySelector("[data-mine-drop]")?.addEventListener("click", () => this.#dropMine(), { signal });
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
    const text = (this.#was ? undefined : this.#lost) ?? this.#text.value;
    let saved = false;
    this.#say("saving");
    this.#lost = text;
    this.#keep();
    try {
      const fields = new FormData(this.#form);
      fields.set(this.#text.name, text);
      const body = new URLSearchParams(/** @type {any} */ (fields));
      const answer = await fetch(this.#form.action, { method: "POST", body, headers: this.#headers, keepalive: true });
      saved = await this.#answered(answer, text);
    } catch {
      this.#say("kept");
      this.#soon(this.#retry);
      this.#retry = Math.min(2 * this.#retry, LONGEST_MS);
    }
    this.#sending = false;
    return saved;
  }

  /** Somebody pressed a button of the form. @param {HTMLElement | null} by */
  async #sent(by) {
    do {
      while (this.#sending) await new Promise((done) => setTimeout(done, LOOK_MS));
      if (!(await this.save())) return;
    } while (this.#timer);
    if (!("goes" in this.#form.dataset)) return;
    const { name, value } = /** @type {HTMLButtonElement} */ (by ?? {});
    if (name) this.#form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    this.#form.submit();
  }

  /** @param {Response} answer @param {string} text */
  async #answered(answer, text) {
    if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
    const value = await answer.json().catch(() => null);
    this.#lost = undefined;
    this.#retry = RETRY_MS;
    if (answer.status === 409) return this.#overtaken(value ?? {}, text);
    if (!answer.ok || answer.redirected || !value) return this.#refused(answer.status === 401 || answer.redirected);
    const { version, at } = value;
    this.#version.value = version;
    if (this.#was) this.#was.value = text;
    sessionStorage.setItem(this.#savedKey, version);
    this.#say("saved", at);
    if (this.#text.value === text) sessionStorage.removeItem(this.#key);
    else this.#soon(PAUSE_MS);
    return true;
  }

  /** Trying again by itself helps nobody here; the words stay. @param {boolean} signedOut */
  #refused(signedOut) {
    this.#keep();
    this.#say(signedOut ? "signed-out" : "refused");
    return false;
  }

  /** @param {{version?: number, text?: string, was?: string}} both @param {string} sent */
  #overtaken(both, sent) {
    if (typeof both.text !== "string" || !this.#was) {
      this.#keep();
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

  #keep() {
    const kept = { text: this.#text.value, version: this.#version.value, was: this.#was?.value, lost: this.#lost };
    sessionStorage.setItem(this.#key, JSON.stringify(kept));
  }

  /** @param {number} ms */
  #soon(ms) {
    this.#keep();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), ms);
    return false;
  }

  #now() {
    if (this.#timer) this.save();
  }

  /** What an earlier page of this tab could not send; beside a note that was saved from elsewhere since, and not over it. */
  #takeUp() {
    if (this.#isStale()) return location.reload();
    const kept = JSON.parse(sessionStorage.getItem(this.#key) || "null");
    if (!kept || kept.text === this.#text.value) return sessionStorage.removeItem(this.#key);
    const arrived = kept.lost === this.#text.value;
    const stands = arrived || String(kept.version) === this.#version.value;
    if (!stands && !this.#was) return this.#setAside(kept.text);
    if (this.#was) Object.assign(this.#was, { value: kept.was ?? "" });
    if (!arrived || this.#was) this.#version.value = kept.version;
    if (!arrived) this.#lost = kept.lost;
    this.#text.value = kept.text;
    this.#soon(0);
  }

  /** The server drew this page, then the page before it saved. Asked once only: a restored backup counts from lower. */
  #isStale() {
    const saved = Number(sessionStorage.getItem(this.#savedKey));
    sessionStorage.removeItem(this.#savedKey);
    return saved > Number(this.#version.value);
  }

  /** @param {string} text */
  #setAside(text) {
    const before = sessionStorage.getItem(this.#mineKey);
    sessionStorage.setItem(this.#mineKey, before && before !== text ? `${before}\n\n${text}` : text);
    sessionStorage.removeItem(this.#key);
  }

  #showMine() {
    const mine = sessionStorage.getItem(this.#mineKey);
    const box = /** @type {HTMLElement | null} */ (this.querySelector("[data-mine]"));
    const words = box?.querySelector("textarea");
    if (!box || !words) return;
    box.hidden = mine === null;
    words.value = mine ?? "";
  }

  #addMine() {
    const mine = sessionStorage.getItem(this.#mineKey) ?? "";
    this.#text.value = [this.#text.value, mine].filter(Boolean).join("\n\n");
    this.#soon(0); // kept in the other place first
    this.#dropMine();
  }

  #dropMine() {
    sessionStorage.removeItem(this.#mineKey);
    this.#showMine();
    this.#text.focus();
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
  get #whose() { return document.documentElement.dataset.reader ?? ""; }
  get #headers() { return { Accept: "application/json", ...(this.#whose && { "X-Reader": this.#whose }) }; }
  get #place() { return placeOf(this.#whose, this.#form.action); }
  get #key() { return `auto-save:${this.#place}`; }
  get #savedKey() { return `auto-saved:${this.#place}`; }
  get #mineKey() { return `auto-mine:${this.#place}`; }
}

customElements.define("auto-save", AutoSave);

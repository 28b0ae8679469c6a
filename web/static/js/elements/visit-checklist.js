// @ts-check
/**
 * <visit-checklist data-visit data-topic data-href>: the start of a visit beside the picture. Its forms are sent beside the
 * page and kept in this tab until the server has them; each [data-piece] is fetched again when something changed, but not
 * while somebody writes in it. S leads to the first open line, Y and N answer the one that has the focus.
 */
import { alone, keysWanted } from "../lib/one-key.js";
import { listen } from "../lib/stream.js";
import { meaning } from "../lib/receipt.js";
import { openUnsent } from "./unsent.js";

const PAUSE_MS = 800;
const RETRY_MS = 5000;
const UNDER_A_CALL_MS = 1500; // a call that begins needs the server for itself

export class VisitChecklist extends HTMLElement {
  #ended = new AbortController();
  #unsent = openUnsent(sessionStorage, `checklist:${this.dataset.visit}`);
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #retry;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #typing;
  #sending = false;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    listen(this.dataset.topic || "", () => this.#heard(), signal);
    this.addEventListener("submit", (event) => this.#submitted(event), { signal });
    this.addEventListener("input", (event) => this.#typed(event), { signal });
    this.addEventListener("keydown", (event) => this.#answerByKey(event), { signal });
    document.addEventListener("keydown", (event) => this.#comeHere(event), { signal });
    addEventListener("online", () => this.#send(), { signal });
    if (this.#unsent.all().length) this.#send();
  }

  disconnectedCallback() {
    this.#ended.abort();
    clearTimeout(this.#retry);
  }

  #heard() {
    const wait = document.documentElement.classList.contains("in-call") ? UNDER_A_CALL_MS : 0;
    setTimeout(() => this.#fetch().catch(() => {}), wait);
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.dataset.line) return;
    event.preventDefault();
    clearTimeout(this.#typing);
    this.#take(form, event.submitter);
    this.#goOn(form);
  }

  /** Words that change an answer are kept a moment after the last key. @param {Event} event */
  #typed(event) {
    const field = /** @type {HTMLElement} */ (event.target);
    const form = field.closest("form");
    if (!form || !("auto" in field.dataset)) return;
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.#take(form), PAUSE_MS);
  }

  /** @param {HTMLFormElement} form @param {HTMLElement | null} [submitter] */
  #take(form, submitter) {
    const body = new URLSearchParams(/** @type {any} */ (new FormData(form, submitter)));
    this.#unsent.put(form.dataset.line || "", { url: form.action, body: String(body) });
    form.closest("[data-piece]")?.toggleAttribute("data-unsent", true);
    this.#send();
  }

  async #send() {
    if (this.#sending) return;
    this.#sending = true;
    clearTimeout(this.#retry);
    let news = "";
    for (const [line, form] of this.#unsent.all()) {
      const status = await post(form);
      const found = meaning(status);
      if (found === "kept" || found === "closed") {
        news = found;
        break;
      }
      this.#unsent.drop(line, form);
      if (found !== "sent") news = found;
    }
    this.#sending = false;
    this.#say(news);
    const waits = () => news === "kept" || news === "closed";
    if (!waits()) await this.#fetch().catch(() => { news = "kept"; });
    const left = this.#unsent.all().length;
    if (waits() || left) this.#retry = setTimeout(() => this.#send(), waits() ? RETRY_MS : 0);
  }

  async #fetch() {
    const answer = await fetch(this.dataset.href || "", { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(8000) });
    if (!answer.ok || answer.redirected) return;
    const made = new DOMParser().parseFromString(await answer.text(), "text/html");
    for (const fresh of made.querySelectorAll("[data-piece]")) this.#exchange(/** @type {HTMLElement} */ (fresh));
  }

  /** @param {HTMLElement} fresh */
  #exchange(fresh) {
    const old = this.querySelector(`[data-piece="${fresh.dataset.piece}"]`);
    if (!old || old.outerHTML === fresh.outerHTML) return;
    const writes = old.contains(document.activeElement) && document.activeElement?.matches("input, select, textarea");
    if (writes) return this.#renumber(old, fresh);
    const had = old.contains(document.activeElement);
    old.replaceWith(fresh);
    if (had) fresh.querySelector(/** @type {any} */ ("summary, button"))?.focus();
  }

  /** Somebody writes here: only what the next answer is written over is brought up to date. @param {Element} old @param {Element} fresh */
  #renumber(old, fresh) {
    const over = /** @type {HTMLInputElement | null} */ (fresh.querySelector("[name=over]"));
    for (const field of /** @type {NodeListOf<HTMLInputElement>} */ (old.querySelectorAll("[name=over]"))) if (over) field.value = over.value;
    old.removeAttribute("data-unsent");
  }

  /** After an answer the next open line is where the hand should be. @param {HTMLFormElement} form */
  #goOn(form) {
    const here = form.closest("li");
    const open = [...this.querySelectorAll("li[data-state=open]")].filter((one) => one !== here && !one.hasAttribute("data-unsent"));
    const next = open.find((one) => here && here.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING) ?? open[0];
    /** @type {HTMLElement | null | undefined} */ (next?.querySelector("button, summary"))?.focus();
  }

  /** @param {KeyboardEvent} event */
  #answerByKey(event) {
    if (!alone(event)) return;
    const buttons = /** @type {Element} */ (event.target).closest("li")?.querySelectorAll(".ask > form button");
    const wanted = { y: buttons?.[0], n: buttons?.[1] }[event.key.toLowerCase()];
    if (!(wanted instanceof HTMLElement)) return;
    event.preventDefault();
    wanted.click();
  }

  /** @param {KeyboardEvent} event */
  #comeHere(event) {
    if (event.key.toLowerCase() !== "s" || !alone(event) || !keysWanted()) return;
    const first = this.querySelector("li[data-state=open] :is(button, summary)");
    if (first instanceof HTMLElement) first.focus();
  }

  /** @param {string} what */
  #say(what) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-say] [data-when]"))) words.hidden = words.dataset.when !== what;
  }
}

/** @param {{url: string, body: string}} form @returns {Promise<number>} status, 0 without an answer */
async function post({ url, body }) {
  try {
    const headers = { Accept: "application/json", "Content-Type": "application/x-www-form-urlencoded" };
    return (await fetch(url, { method: "POST", body, headers, keepalive: true })).status;
  } catch {
    return 0;
  }
}

customElements.define("visit-checklist", VisitChecklist);

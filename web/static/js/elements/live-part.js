// @ts-check
/**
 * <live-part data-topic data-href data-every data-scene data-stay data-announce>: a part of the page that stays true.
 * An event on the page's one stream, or `data-every` seconds, makes it fetch `data-href` again. The answer's X-Scene
 * names what is true; when that is neither `data-scene` nor one of `data-stay`, the whole page opens anew, but not while a
 * form of it is under way: the answer to that form is the page.
 * Fires `part-fetched` after every answer (its detail: `now`, the answer's X-Now), `part-unsure` when none comes (it asks again each second then), `part-new` after its content changed (what was unfolded and has an id stays so), and `part-moved` (may be prevented) before the page is left.
 */
import { watchForms } from "../lib/sent.js";
import { listen } from "../lib/stream.js";

const AT_LEAST_MS = 400;
const UNDER_A_CALL_MS = 1500;
const ASK_AGAIN_MS = 1000;
/** In ms. Once a page heard nothing for a while it says so soon, and lets go of what may be a dead connection. */
const USUAL = { long: 3000, giveUp: 8000 };
const LOST = { long: 300, giveUp: 1500 };

const formUnderWay = watchForms(document, () => performance.now());

export class LivePart extends HTMLElement {
  #ended = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #last = "";
  #busy = false;
  /** When to ask next, where something was heard in the middle of a fetch. @type {number | undefined} */
  #next;
  #asking = new AbortController();
  #patience = USUAL;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    if (this.dataset.topic) listen(this.dataset.topic, () => this.#heard(), signal);
    document.addEventListener("visibilitychange", () => { if (!document.hidden) this.refresh(); }, { signal });
    for (const change of ["online", "offline"]) addEventListener(change, () => this.#anew(), { signal });
    addEventListener("path-lost", () => this.#anew(LOST), { signal });
    this.#later();
  }

  disconnectedCallback() {
    this.#ended.abort();
    clearTimeout(this.#timer);
  }

  /** Nobody sees a part under a call, and a call that begins needs the server and this page for itself. */
  #heard() {
    if (document.documentElement.classList.contains("in-call")) this.#later(UNDER_A_CALL_MS);
    else this.refresh();
  }

  /** Fetch now; a wish in the middle of a fetch is kept for its end. */
  async refresh() {
    if (this.#busy) return void (this.#next ??= AT_LEAST_MS);
    this.#busy = true;
    clearTimeout(this.#timer);
    const { long, giveUp } = this.#patience;
    const slow = setTimeout(() => this.#unsure(), long);
    const givesUp = setTimeout(() => this.#asking.abort(), giveUp);
    this.#asking = new AbortController();
    const answered = await this.#fetch(this.#asking.signal).then(() => true, () => false);
    clearTimeout(slow);
    clearTimeout(givesUp);
    this.#busy = false;
    const next = this.#next;
    this.#next = undefined;
    if (answered) this.#patience = USUAL;
    if (answered || next === 0) return this.#later(next);
    // A slow network must come to answer at all.
    this.#patience = { long, giveUp: Math.min(USUAL.giveUp, 2 * giveUp) };
    this.#unsure();
    // Not all pages in the same moment: a server that comes back has enough to do.
    this.#later(ASK_AGAIN_MS * (0.75 + Math.random() / 2));
  }

  /** @param {number} [ms] */
  #later(ms = 1000 * Number(this.dataset.every || 15)) {
    clearTimeout(this.#timer);
    if (this.isConnected) this.#timer = setTimeout(() => this.refresh(), ms);
  }

  #unsure() {
    this.toggleAttribute("data-stale", true);
    this.dispatchEvent(new CustomEvent("part-unsure", { bubbles: true }));
  }

  /** What a network was asked that is gone is not waited for. @param {typeof LOST} [patience] */
  #anew(patience = this.#patience) {
    this.#patience = patience;
    if (!this.#busy) return void this.refresh();
    this.#next = 0;
    this.#asking.abort();
  }

  /** @param {AbortSignal} signal */
  async #fetch(signal) {
    const url = new URL(this.dataset.href || "", location.href);
    if (document.hidden) url.searchParams.set("hidden", "1");
    const answer = await fetch(url, { headers: { Accept: "text/html" }, signal });
    // Signed out, cancelled or moved elsewhere: the page itself knows how to say so.
    if (answer.redirected || [401, 403, 404, 410].includes(answer.status)) return this.#move("");
    if (!answer.ok) throw new Error(String(answer.status));
    this.toggleAttribute("data-stale", false);
    const scene = answer.headers.get("x-scene") || "";
    const { scene: shown = "", stay = "" } = this.dataset;
    if (shown && scene !== shown && !stay.split(" ").includes(scene)) return this.#move(scene);
    if (answer.status === 200) this.#show(await answer.text());
    this.dispatchEvent(new CustomEvent("part-fetched", { bubbles: true, detail: { now: answer.headers.get("x-now") } }));
  }

  /** @param {string} scene */
  #move(scene) {
    if (formUnderWay()) return void (this.#next = AT_LEAST_MS);
    const event = new CustomEvent("part-moved", { bubbles: true, cancelable: true, detail: { scene } });
    if (this.dispatchEvent(event)) location.reload();
  }

  /** @param {string} html */
  #show(html) {
    if (html === this.#last) return this.#beat();
    this.#last = html;
    const focused = this.contains(document.activeElement) ? document.activeElement?.id : "";
    const before = this.querySelector("[data-news]")?.textContent?.trim();
    const unfolded = [...this.querySelectorAll("details[open][id]")].map(({ id }) => id);
    const open = new DOMParser().parseFromString(html, "text/html").body;
    this.replaceChildren(...open.childNodes);
    for (const id of unfolded) document.getElementById(id)?.setAttribute("open", "");
    if (focused) document.getElementById(focused)?.focus();
    this.#say(before);
    this.dispatchEvent(new CustomEvent("part-new", { bubbles: true }));
  }

  #beat() {
    for (const beat of this.querySelectorAll("heart-beat")) /** @type {any} */ (beat).restart?.();
  }

  /** A reader hears a change of state once, and nothing of seconds. @param {string} [before] */
  #say(before) {
    const news = this.querySelector("[data-news]")?.textContent?.trim() || "";
    if (!news || news === before) return;
    let voice = this.nextElementSibling;
    if (!voice?.matches("[data-voice]")) {
      voice = Object.assign(document.createElement("p"), { className: "unseen" });
      voice.setAttribute("data-voice", "");
      voice.setAttribute("role", "status");
      this.after(voice);
    }
    voice.textContent = news;
  }
}

customElements.define("live-part", LivePart);

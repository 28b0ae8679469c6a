// @ts-check
/**
 * <measure-form data-href><form>...</form></measure-form>: one question a screen. Each answer is sent as it is given and
 * sent again until it is there; the page may be left at any time. What speaks of danger shows help at once, also without
 * a connection. data-in-place: inside of another page, which is not left at the end. data-whose, data-own: a device of
 * their own, where answers are sealed and kept first, and the address that takes those; data-keeps: from now on.
 * data-offline: it came from there. data-version: of the questions, which may be others at the clinic by now.
 */
import { asked, beside, open } from "../measure/order.js";
import { freshId } from "../measure/outgoing.js";
import { sender } from "../measure/sender.js";

const LOOK_MS = 240; // the choice is seen before the next question comes
const GIVE_UP_MS = 10_000;
const KEEPS_MS = 10_000; // a browser that does not come to keep an answer must not keep it from the clinic

export class MeasureForm extends HTMLElement {
  #ended = new AbortController();
  #sender = sender((answer) => this.#send(answer), (outcome, answer, data) => this.#heard(outcome, answer, data));
  /** @type {import("../measure/kept.js").Kept | null} */ #kept = null;
  /** @type {Set<import("../measure/outgoing.js").Answer>} */ #coming = new Set(); // on their way to be kept
  /** @type {() => void} */ #settled = () => undefined;
  #byHand = false;
  #over = false;
  #loud = ""; // id of the newest that speaks of danger
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #leading;
  /** @type {import("../measure/order.js").Item[]} */
  #items = [];

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#items = this.#asks.map((ask) => ({ id: ask.dataset.item || "", ...when(ask) }));
    for (const kind of ["pointerdown", "keydown"]) this.addEventListener(kind, () => { this.#byHand = kind === "pointerdown"; }, { signal });
    this.addEventListener("change", (event) => this.#chosen(/** @type {HTMLInputElement} */ (event.target)), { signal });
    this.addEventListener("click", (event) => this.#clicked(/** @type {HTMLElement} */ (event.target)), { signal });
    this.#form.addEventListener("submit", (event) => this.#onward(event), { signal });
    addEventListener("online", () => this.#sender.flush(), { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && this.#sender.flush(), { signal }); // they signed in beside it
    addEventListener("beforeunload", (event) => { if (this.#sender.size + this.#coming.size && !leftAtOnce()) event.preventDefault(); }, { signal });
    addEventListener("pagehide", () => this.#left(), { signal });
    if (this.dataset.whose && globalThis.isSecureContext) void this.#stood(signal).then(() => this.#open(this.dataset.whose || "", signal)).catch(() => undefined);
    // What was tapped before this script came.
    for (const radio of this.querySelectorAll("input[type=radio]:checked")) {
      if (!(/** @type {HTMLInputElement} */ (radio).defaultChecked)) this.#chosen(/** @type {HTMLInputElement} */ (radio));
    }
    this.#draw();
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {HTMLInputElement} radio */
  #chosen(radio) {
    const ask = /** @type {HTMLElement | null} */ (radio.closest(".measure-ask"));
    if (!ask || radio.type !== "radio") return;
    const number = Number(ask.dataset.number) + 1;
    ask.dataset.number = ask.dataset.tapped = String(number);
    this.#count(ask).value = String(number);
    this.#draw();
    if (speaksOfDanger(ask, radio)) this.#showHelp();
    void this.#put(ask, radio, number);
  }

  /** @param {HTMLElement} ask @param {HTMLInputElement} radio @param {number} number */
  async #put(ask, radio, number) {
    const answer = { item: ask.dataset.item || "", value: Number(radio.value), number, id: freshId(), loud: speaksOfDanger(ask, radio) };
    if (answer.loud) this.#unseen(answer.id);
    if (!this.dataset.whose || !globalThis.isSecureContext) return void this.#sender.put(answer);
    const tap = { ...answer, over: ask.dataset.given || "", at: Date.now(), words: wordsOf(ask, radio) };
    ask.dataset.given = tap.id;
    if (this.#kept) await this.#seal(this.#kept, tap);
    else void this.#sender.put(tap);
  }

  /** @param {import("../measure/kept.js").Kept} kept @param {import("../measure/kept.js").Tap & import("../measure/outgoing.js").Answer} tap */
  async #seal(kept, tap) {
    this.#coming.add(tap);
    const lies = await soon(kept.put(tap).then(() => true, () => false));
    this.#coming.delete(tap);
    if (!lies) void this.#sender.put(tap); // a browser that keeps nothing, or not in time: as long as the page is open
  }

  /** The page is left: all goes now, also what is not kept yet; what was sent twice is one there. */
  #left() {
    this.#sender.leave();
    this.#kept?.leave();
    for (const answer of this.#coming) void this.#send(answer).catch(() => undefined);
  }

  /** The page is here, or its first answer went: what keeps answers comes after both. @param {AbortSignal} signal */
  #stood(signal) {
    return /** @type {Promise<void>} */ (new Promise((done) => {
      this.#settled = done;
      if (document.readyState === "complete" || this.dataset.offline !== undefined) done();
      else addEventListener("load", () => done(), { signal });
    }));
  }

  /** @param {string} whose @param {AbortSignal} signal */
  async #open(whose, signal) {
    const { openKept } = await import("../measure/kept.js");
    const heard = (/** @type {string} */ item, /** @type {string} */ id, /** @type {any} */ data) => this.#came(item, id, data);
    const told = (/** @type {string} */ outcome) => this.#stands({ kept: "sealed", closed: "closed", apart: "wants" }[outcome]);
    const kept = this.#kept = await openKept({ root: this, whose, url: this.dataset.own || "", version: this.dataset.version || "", signal, heard, told });
    this.toggleAttribute("data-keeps", true);
    this.#again(kept.waiting());
    const taps = /** @type {any[]} */ (this.#sender.give());
    for (const tap of taps) this.#coming.add(tap); // the page may be left between two of them
    for (const tap of taps) await this.#seal(kept, tap); // twice on its way is once there
    void kept.round();
    const plan = await kept.plan(), place = /** @type {HTMLElement | null} */ (this.querySelector("[data-plan]"));
    if (plan && place) place.append(plan);
    if (plan && place) place.hidden = false;
  }

  /** What was tapped before the page was opened anew, and is not at the clinic yet. @param {{id: string, item: string, value: string}[]} waiting */
  #again(waiting) {
    for (const { id, item, value } of waiting) {
      const ask = this.#asks.find((one) => one.dataset.item === item);
      const radio = ask && /** @type {HTMLInputElement | null} */ (ask.querySelector(`input[type=radio][value="${value}"]`));
      if (!ask || !radio || ask.dataset.tapped) continue;
      radio.checked = true;
      ask.dataset.given = id;
      if (!speaksOfDanger(ask, radio)) continue;
      this.#unseen(id);
      this.#showHelp();
    }
    const answers = this.#answers, first = asked(this.#items, answers).find(({ id }) => answers[id] === undefined);
    if (waiting.length && first && answers[this.#at] !== undefined) this.#to(first);
    else this.#draw();
  }

  /** What the clinic said of an answer that was kept here. @param {string} item @param {string} id @param {any} data */
  #came(item, id, data) {
    const ask = this.#asks.find((one) => one.dataset.item === item);
    if (data.watch) this.#saySeen(data.watch, id);
    if (data.stands && ask?.dataset.given === id) {
      ask.dataset.given = data.stands;
      this.#giveWay(item, data);
      this.#say("overtaken");
    }
    this.#leave();
  }

  /** @param {HTMLElement} pressed */
  #clicked(pressed) {
    if (pressed.closest("[data-back]")) return this.#to(beside(this.#items, this.#answers, this.#at, -1));
    const ask = /** @type {HTMLElement | null} */ (pressed.closest(".measure-ask"));
    const radio = pressed.closest("input[type=radio]");
    if (!ask || !radio || !this.#byHand) return;
    this.#byHand = false;
    if (speaksOfDanger(ask, /** @type {HTMLInputElement} */ (radio))) return;
    const from = this.#at;
    this.#leading = setTimeout(() => { if (this.#at === from) this.#forth(); }, LOOK_MS); // a click comes before its change
  }

  #forth() {
    const next = beside(this.#items, this.#answers, this.#at);
    if (next) this.#to(next);
    else this.#end();
  }

  /** @param {SubmitEvent} event */
  #onward(event) {
    const out = /** @type {HTMLElement | null} */ (this.querySelector("[data-when=out]:not([hidden])"));
    if (out) return void (event.preventDefault(), out.scrollIntoView({ block: "nearest" })); // a page of signing in would take its place
    if (!event.submitter?.matches("[data-next]")) return;
    const next = beside(this.#items, this.#answers, this.#at), left = !next && open(this.#items, this.#answers);
    if (left && this.dataset.offline === undefined) return; // the server says what is open, and lets it stay so
    event.preventDefault();
    if (left) this.#to(asked(this.#items, this.#answers).find(({ id }) => this.#answers[id] === undefined) || null);
    else this.#forth();
  }

  /** @param {import("../measure/order.js").Item | null} item */
  #to(item) {
    if (!item) return;
    for (const ask of this.#asks) ask.classList.toggle("now", ask.dataset.item === item.id);
    this.#draw();
    const legend = this.querySelector(".measure-ask.now > legend");
    if (legend instanceof HTMLElement) legend.focus({ preventScroll: true });
    this.scrollIntoView({ block: this.getBoundingClientRect().top < 0 ? "start" : "nearest" });
  }

  /** All is answered: on, as soon as the server has it. */
  #end() {
    if (open(this.#items, this.#answers)) return;
    this.#over = true;
    this.#leave();
  }

  #leave() {
    if (!this.#over || this.#sender.size + this.#coming.size + (this.#kept?.size || 0)) return;
    const thanks = /** @type {HTMLElement | null} */ (this.querySelector("[data-thanks]"));
    if (!thanks) return location.assign(this.dataset.href || "");
    this.#form.hidden = true;
    thanks.hidden = false;
    thanks.focus();
  }

  /** By hand, since the helper for it would be one more file on a slow line. @param {import("../measure/outgoing.js").Answer} answer */
  async #send({ id, item, value, number }) {
    const body = new URLSearchParams({ id, item, value: String(value), number: String(number), version: this.dataset.version || "" });
    const asked = { method: "POST", body, headers: { accept: "application/json" }, keepalive: true, signal: AbortSignal.timeout(GIVE_UP_MS) };
    const answer = await fetch(`${this.dataset.href}/answer`, asked);
    return { status: answer.status, data: answer.ok || answer.status === 409 ? await answer.json() : null };
  }

  /** @param {string} outcome @param {import("../measure/outgoing.js").Answer} answer @param {any} data */
  #heard(outcome, { item, id }, data) {
    this.#settled();
    this.#say(data?.anew ? "anew" : outcome === "closed" ? "out" : outcome);
    if (data?.watch) this.#saySeen(data.watch, id);
    if (outcome === "overtaken" && !data.anew) this.#giveWay(item, data);
    this.#leave();
  }

  /** How it stands with what waits here; what was said of an answer stays, once all went well. @param {string} [which] */
  #stands(which) {
    const waits = this.querySelector("[data-when=sealed]:not([hidden]), [data-when=closed]:not([hidden])");
    if (which || waits) this.#say(which || "");
  }

  /** @param {string} which */
  #say(which) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll("[data-state] [data-when]"))) {
      words.hidden = words.dataset.when !== which;
    }
  }

  /** Another page was faster: its answer is shown. @param {string} item @param {{number: number, value: number}} there */
  #giveWay(item, { number, value }) {
    const ask = this.#asks.find((one) => one.dataset.item === item);
    const radio = /** @type {HTMLInputElement | null | undefined} */ (ask?.querySelector(`input[type=radio][value="${value}"]`));
    if (!ask || !radio) return;
    clearTimeout(this.#leading); // it stays where both can be compared
    ask.dataset.number = this.#count(ask).value = String(number);
    radio.checked = true;
    this.#over = false;
    this.#to({ id: item });
  }

  #showHelp() {
    const help = /** @type {HTMLElement | null} */ (this.querySelector("[data-help]"));
    if (!help) return;
    help.hidden = false;
    help.focus({ preventScroll: true });
    help.scrollIntoView({ block: "nearest" });
  }

  /** What was said of an earlier answer is not true of this one, which nobody has yet. @param {string} id */
  #unseen(id) {
    this.#loud = id;
    this.#saySeen(/** @type {HTMLElement | null} */ (this.querySelector("[data-seen]"))?.dataset.yet || "", id);
  }

  /** Who can see it: said only once the server has the newest. @param {string} words @param {string} id  of which answer */
  #saySeen(words, id) {
    const place = this.querySelector("[data-seen]");
    if (place && id === this.#loud) place.textContent = words;
  }

  #draw() {
    const put = asked(this.#items, this.#answers).map(({ id }) => id);
    const place = put.indexOf(this.#at) + 1;
    this.#asks.forEach((ask, at) => {
      ask.hidden = !put.includes(ask.dataset.item || "");
      const mark = /** @type {HTMLElement | undefined} */ (this.querySelectorAll(".measure-bar > i")[at]);
      if (!mark) return;
      mark.hidden = ask.hidden;
      mark.classList.toggle("done", this.#answers[ask.dataset.item || ""] !== undefined);
    });
    for (const [name, number] of Object.entries({ now: place, count: put.length, before: place - 1 })) {
      for (const one of this.querySelectorAll(`[data-${name}]`)) one.textContent = String(number);
    }
    /** @type {HTMLInputElement} */ (this.querySelector("[data-at]")).value = String(place);
    /** @type {HTMLElement} */ (this.querySelector("[data-back]")).hidden = place < 2;
  }

  get #answers() {
    return Object.fromEntries(this.#asks.map((ask) => {
      const chosen = /** @type {HTMLInputElement | null} */ (ask.querySelector("input[type=radio]:checked"));
      return [ask.dataset.item || "", chosen ? Number(chosen.value) : undefined];
    }));
  }

  /** @param {HTMLElement} ask */
  #count(ask) { return /** @type {HTMLInputElement} */ (ask.querySelector("input[type=hidden]")); }
  get #at() { return /** @type {HTMLElement | null} */ (this.querySelector(".measure-ask.now"))?.dataset.item || ""; }
  get #asks() { return /** @type {HTMLElement[]} */ ([...this.querySelectorAll(".measure-ask")]); }
  get #form() { return /** @type {HTMLFormElement} */ (this.querySelector("form")); }
}

/** @template T @param {Promise<T>} done @returns {Promise<T | null>}  null where it took too long */
const soon = (done) => Promise.race([done, new Promise((/** @type {(none: null) => void} */ go) => setTimeout(() => go(null), KEEPS_MS))]);

/** Nothing stands in the way of who leaves at once (quick-exit.js hides the page). */
const leftAtOnce = () => document.documentElement.hidden;

/** @param {HTMLElement} ask */
function when({ dataset }) {
  return dataset.if ? { when: { items: dataset.if.split(" "), least: Number(dataset.least) } } : {};
}

/** @param {HTMLElement} ask @param {HTMLInputElement} radio */
function speaksOfDanger({ dataset }, radio) {
  return dataset.helpAt !== undefined && Number(radio.value) >= Number(dataset.helpAt);
}

/** @param {HTMLElement} ask @param {HTMLInputElement} radio */
function wordsOf(ask, radio) {
  const said = [ask.querySelector(".measure-words"), radio.closest("label")?.querySelector("b")];
  return said.map((one) => one?.textContent?.trim() || "").join(": ");
}

customElements.define("measure-form", MeasureForm);

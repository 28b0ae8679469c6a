// @ts-check
/**
 * What every element around the form of an entry does: data-url [data-after] [data-whose] [data-queue] [data-offline]
 * [data-danger]. It is
 * sent beside the page, so that a lost connection loses nothing that was typed. data-whose: a device of their own; there the
 * entry is sealed and kept first, and goes by itself. data-offline: the page that the worker shows without a connection,
 * which knows nobody's words. '{id}' in data-after stands for the entry. data-danger: words that can mean it; once an entry
 * with some of them is kept, here or at the clinic, its writer comes to their plan; where it is not, [data-danger-help] of
 * this page has whom to call.
 */
import { all, one } from "../lib/dom.js";
import { tongue } from "../lib/wall.js";
import { showApart } from "./apart.js";
import { placeAfter, speaksOfDanger } from "./danger.js";
import { fill } from "./filling.js";
import { leaveIfEnded } from "./leaving.js";
import { openOffline } from "./pages.js";
import { beside } from "./queue.js";
import { openSealed } from "./sealed.js";
import { send, sending } from "./sending.js";

const KEEPS_MS = 3_000; // a browser that does not come to keep it holds up nothing

export class OwnEntry extends HTMLElement {
  #ended = new AbortController();
  /** @type {import("./sealed.js").Sealed | null} */ docs = null;
  /** @type {ReturnType<typeof sending> | null} */ #sending = null;
  #answered = false; // the clinic's server, when it was asked last
  #waited = false; // the page says that something of it waits
  #empty = ""; // what the form said when it was emptied

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    const { whose, offline, worker } = this.dataset;
    const form = one(this, "form", HTMLFormElement);
    form.addEventListener("submit", (event) => this.#keep(event, form), { signal });
    for (const line of all(this, ".scale-line")) line.addEventListener("pointermove", slide, { signal });
    if (!whose || !globalThis.isSecureContext) return;
    this.docs = openSealed({ whose });
    this.#sending = sending(this.docs, (outcome) => this.#tell(outcome), signal, { closed: () => leaveIfEnded({ says: true }), heard: this.#hears });
    if (worker) openOffline(worker).catch(() => undefined);
    const ready = offline === undefined ? this.remember() : this.recall(form);
    void ready.catch(() => undefined).then(() => this.#sending?.round()).then(() => this.#again(form)).catch(() => undefined);
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {SubmitEvent} event @param {HTMLFormElement} form */
  async #keep(event, form) {
    event.preventDefault();
    form.setAttribute("aria-busy", "true");
    const pressed = event.submitter instanceof HTMLButtonElement && event.submitter.name ? [[event.submitter.name, event.submitter.value]] : [];
    const fields = /** @type {[string, string][]} */ ([...new FormData(form), ...pressed].filter(([name]) => name !== "ago"));
    this.#answered = false;
    const outcome = await this.#send(fields);
    form.removeAttribute("aria-busy");
    const id = fields.find(([name]) => name === "id")?.[1] || "";
    const after = (this.dataset.after || "/me").replace("{id}", id);
    const danger = speaksOfDanger(fields.map(([, value]) => String(value)), JSON.parse(this.dataset.danger || "[]"));
    if (outcome === "sent") location.assign(danger ? placeAfter(after) : after);
    else if (outcome === "kept") this.#waits(form, this.#answered ? "waits-unwell" : "waits", danger);
    else if (outcome === "apart") this.#waits(form, "apart");
    else if (outcome === "lost") this.#say(this.#answered ? "lost-unwell" : "lost");
    else if (outcome === "closed") this.#say("closed");
    else return form.submit(); // the server says on its page what is to be mended
    if (danger && ["apart", "lost", "closed"].includes(outcome)) this.#help();
  }

  /** Whom to call, on this page: what was written is nowhere yet, and would be lost on the way to another. */
  #help() {
    const part = this.querySelector("[data-danger-help]");
    if (!(part instanceof HTMLElement)) return;
    part.hidden = false;
    part.focus();
  }

  /** @param {[string, string][]} fields @returns {Promise<import("./queue.js").Outcome | "lost">} lost: neither sent nor kept */
  async #send(fields) {
    const url = this.dataset.url || "", id = fields.find(([name]) => name === "id")?.[1] || "";
    const queue = this.#queued();
    if (!queue) return straight(url, fields, this.#hears);
    try {
      await soon(queue.settle(id)); // what was refused before is this very entry, mended
      await soon(queue.add(id, url, fields));
      const round = await this.#sending?.round();
      if ((await queue.waiting()).some((waiting) => waiting.id === id)) return round === "closed" ? "closed" : "kept";
      if ((await queue.apart()).some((apart) => apart.id === id)) return "apart";
      return (await queue.refused()).some((refused) => refused.id === id) ? "refused" : "sent";
    } catch {
      return straight(url, fields, this.#hears); // a browser that keeps nothing; the clinic keeps an id once
    }
  }

  #hears = async () => { this.#answered = true; };

  /** Where a new entry waits; a change of one that is at the clinic already waits for nothing. */
  #queued() {
    return "queue" in this.dataset ? this.#sending?.queue : undefined;
  }

  /** One that the clinic did not take stands in the form again. @param {HTMLFormElement} form */
  async #again(form) {
    const refused = ((await this.#queued()?.refused()) || []).find(({ url }) => url === this.dataset.url);
    if (!refused) return;
    fill(form, refused.fields);
    this.#say("refused");
  }

  /** The form is empty again, and says where its entry is. @param {HTMLFormElement} form @param {string} where @param {boolean} [danger] */
  #waits(form, where, danger) {
    form.reset();
    this.#waited = where !== "apart";
    one(form, "[name=id]", HTMLInputElement).value = crypto.randomUUID();
    this.#empty = saidIn(form);
    this.#say(where);
    this.#tell();
    scrollTo({ top: 0 });
    if (danger) location.assign(placeAfter());
  }

  /** @param {import("./queue.js").Outcome} [outcome]  of a round that was just made */
  async #tell(outcome) {
    const count = (await this.#sending?.queue.waiting())?.length || 0;
    const line = this.querySelector("[data-count]");
    if (line) line.textContent = String(count);
    for (const part of all(this, "[data-waiting]")) part.hidden = !count;
    if (this.#waited && !count && outcome === "closed") this.#gone();
    else if (this.#waited && outcome) await this.#went(count);
    const { queue, round } = this.#sending || {};
    if (queue && round) showApart(this, await queue.apart(), { ...queue, again: (id) => queue.again(id, beside(id)) }, round);
  }

  /** Who was signed out from another device keeps nothing here, and what waited went with the rest. */
  #gone() {
    this.#waited = false;
    this.#say("gone");
  }

  /** What became of what waited, once there is a connection again. @param {number} count  of what waits still */
  async #went(count) {
    const refused = (await this.#queued()?.refused()) || [], apart = (await this.#queued()?.apart()) || [];
    const ours = refused.some(({ url }) => url === this.dataset.url);
    if (count && !ours) return;
    this.#waited = Boolean(count);
    for (const part of all(this, "[data-no-connection]")) part.hidden = true;
    if (!ours) return this.#say(refused.length || apart.length ? "" : "went");
    const form = one(this, "form", HTMLFormElement);
    if (saidIn(form) === this.#empty) await this.#again(form);
    else this.#say("refused-next");
  }

  /** @param {string} which */
  #say(which) {
    for (const part of all(this, "[data-says]")) part.hidden = part.dataset.says !== which;
  }

  /** What this patient's form holds, for the day without a connection. */
  async remember() {}

  /** A form that was kept, made theirs again. @param {HTMLFormElement} form */
  async recall(form) {
    one(form, "[name=id]", HTMLInputElement).value = crypto.randomUUID();
    one(form, "[name=zone]", HTMLInputElement).value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const today = new Date(), words = Intl.DateTimeFormat(tongue(), { weekday: "long", day: "numeric", month: "long" });
    one(this, "[data-today]").textContent = words.format(today);
  }

  /** @param {string} value */
  chooseShare(value) {
    const share = this.querySelector(`[name=share][value="${value}"]`);
    if (share instanceof HTMLInputElement) share.checked = share.defaultChecked = true;
  }
}

/** To the clinic, without being kept here. @param {string} url @param {[string, string][]} fields @param {() => Promise<void>} heard */
async function straight(url, fields, heard) {
  const outcome = await send(url, fields, heard).catch(() => /** @type {const} */ ("kept"));
  if (outcome === "apart") return "refused";
  return outcome === "kept" ? "lost" : outcome;
}

/** All that a form says by now. @param {HTMLFormElement} form */
const saidIn = (form) => JSON.stringify([...new FormData(form)].map(([name, value]) => [name, String(value)]));

/** Rejects where it took too long. @template T @param {Promise<T>} done @returns {Promise<T>} */
function soon(done) {
  return Promise.race([done, new Promise((_, fail) => setTimeout(() => fail(new Error("nothing is kept here")), KEEPS_MS))]);
}

/** Today, as a field of a date takes it. */
export function todayHere() {
  const today = new Date();
  return new Date(today.getTime() - today.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
}

/** A finger that slides along a line chooses on its way. @param {PointerEvent} event */
function slide(event) {
  if (!event.buttons) return;
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const input = under instanceof Element && under.closest(".scale-line") === event.currentTarget ? under.closest("label")?.querySelector("input") : null;
  if (input && !input.checked) input.click();
}

// @ts-check
/**
 * <vitals-card data-course>: one patient. Says amber and red while a number is typed, keeps what is half typed and what
 * was taken on this device until the clinic has it, and shows what it has not. Without script its forms are ordinary ones.
 */
import { all, one } from "../lib/dom.js";
import { whenQuiet } from "../lib/timing.js";
import { fill } from "../offline/filling.js";
import { clinicNow, sayComing, timeOf, VitalClock } from "./clock.js";
import { VitalsDesk } from "./desk.js";
import { freshId, isPress } from "./keeping.js";
import { levelOf, mark, numberOf } from "./level.js";

const DRAFT_MS = 300;
/** @typedef {[string, string][]} Fields */
/** @param {HTMLInputElement} field */
const isFilled = (field) => field.type === "radio" ? field.checked : field.value !== "";

export class VitalsCard extends HTMLElement {
  #ended = new AbortController();
  /** @type {VitalsDesk | null} */ #desk = null;
  #keepDraft = whenQuiet(() => void this.#draft(), DRAFT_MS);
  #waited = 0;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#desk = this.closest("vitals-desk");
    this.addEventListener("submit", (event) => this.#taken(event), { signal });
    this.addEventListener("input", (event) => this.#typed(/** @type {HTMLElement} */ (event.target)), { signal });
    this.addEventListener("part-new", () => { this.#last(); void this.#tell(); }, { signal });
    this.querySelector("[data-anew]")?.addEventListener("click", () => void this.#anew(), { signal });
    this.addEventListener("vital-tick", (event) => sayComing(this, event), { signal });
    this.#desk?.addEventListener("desk-told", () => this.#tell(), { signal });
    this.#last();
    void this.#again();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#keepDraft.cancel();
  }

  /** @returns {HTMLFormElement | null} */
  get #form() {
    return this.querySelector("form[data-reading]");
  }

  /** What was said of a number is said no more once another stands there. @param {HTMLElement} field */
  #typed(field) {
    for (const input of field.closest("form")?.querySelectorAll("input") || []) input.setCustomValidity("");
    this.#levels();
    this.#keepDraft();
  }

  /** @param {SubmitEvent} event */
  async #taken(event) {
    const form = /** @type {HTMLFormElement} */ (event.target), by = /** @type {HTMLButtonElement | null} */ (event.submitter);
    event.preventDefault();
    if (!this.#fits(form)) return;
    const once = one(form, "[name=once]", HTMLInputElement), id = once.value;
    const fields = /** @type {Fields} */ ([...new FormData(form, by)].filter(([, value]) => value !== ""));
    once.value = freshId(); // at once: a second press is a second reading
    const kept = await this.#desk?.open, mended = form === this.#form ? await this.#mending() : undefined;
    const own = mended?.id || id; // mended it is the same reading, of the time when it was taken
    await kept?.queue.add(own, form.action, fields.map(([name, value]) => [name, name === "once" ? own : value]), mended && { at: mended.at });
    if (mended) await kept?.queue.settle(own);
    if (mended) delete this.dataset.refused;
    if (form === this.#form) await this.#forget(); // what happened leaves alone what is half typed
    for (const part of all(this, "[data-refused]")) part.hidden = true;
    const next = once.value;
    form.reset();
    once.value = next;
    form.querySelector("details")?.removeAttribute("open");
    this.#levels();
    await this.#tell();
    await this.#desk?.round();
  }

  /** The reading that the clinic did not take and that stands in the form again. */
  async #mending() {
    return (await (await this.#desk?.open)?.queue.refused())?.find(({ id }) => id === this.dataset.refused);
  }

  /** What is typed from here on is another reading; the one that stood there lies apart, with its time. */
  async #anew() {
    const kept = await this.#desk?.open, held = await this.#mending(), form = this.#form;
    if (!kept || !held || !form) return;
    const said = held.fields.filter(([name]) => name.startsWith("q-")).map(([name, value]) => [this.#asked(name), this.#words(name, value)]);
    await kept.queue.aside(held.id, { never: "mend", name: this.getAttribute("aria-label"), what: form.querySelector("h3")?.textContent, said });
    delete this.dataset.refused;
    for (const part of all(this, "[data-refused]")) part.hidden = true;
    const { value } = one(form, "[name=once]", HTMLInputElement);
    form.reset();
    one(form, "[name=once]", HTMLInputElement).value = value;
    await this.#forget();
    this.#levels();
    await this.#desk?.round();
  }

  /** Numbers that cannot be are mended before they go, since nobody may be there to say so later. @param {HTMLFormElement} form */
  #fits(form) {
    for (const input of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[data-low]"))) {
      const number = numberOf(input.value), wrong = number === null || number < Number(input.dataset.low) || number > Number(input.dataset.high);
      input.setCustomValidity(input.value && wrong ? form.dataset.span || "" : "");
    }
    for (const lower of /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll("input[data-upper]"))) {
      const upper = numberOf(one(form, `[name="${CSS.escape(lower.dataset.upper || "")}"]`, HTMLInputElement).value), number = numberOf(lower.value);
      if (!lower.validationMessage && upper !== null && number !== null && number >= upper) lower.setCustomValidity(form.dataset.turned || "");
    }
    this.#unfold();
    return form.reportValidity();
  }

  /** What is folded and holds something, or does not fit, is seen before it goes. */
  #unfold() {
    for (const part of /** @type {NodeListOf<HTMLDetailsElement>} */ (this.querySelectorAll("form[data-reading] details"))) {
      part.open ||= [...part.querySelectorAll("input, textarea")].some((field) => isFilled(/** @type {HTMLInputElement} */ (field)));
    }
  }

  get #name() {
    return `draft:${this.dataset.course}`;
  }

  async #draft() {
    const form = this.#form, kept = await this.#desk?.open;
    if (form) await kept?.docs.put(this.#name, [...new FormData(form)].filter(([name, value]) => name !== "once" && value !== ""));
  }

  async #forget() {
    this.#keepDraft.cancel();
    await (await this.#desk?.open)?.docs.drop(this.#name);
  }

  /** After a reload: what was half typed, or what the clinic did not take, stands in the form again. */
  async #again() {
    const form = this.#form, kept = await this.#desk?.open;
    if (!form || !kept) return;
    fill(form, (await kept.docs.get(this.#name)) || []);
    this.#unfold();
    this.#levels();
    await this.#tell();
  }

  /** What the clinic has not heard of, with what it comes to, and the clock by it. */
  async #tell() {
    const kept = await this.#desk?.open;
    if (!kept) return;
    const cards = all(this.#desk || this, "emergency-card");
    const here = (await kept.queue.waiting()).filter(({ url }) => url.includes(this.dataset.course || "-"));
    const mine = here.filter(({ url }) => !cards.some(({ dataset }) => isPress(url, dataset))); // a press stands on its card
    const lines = one(this, "[data-lines]");
    lines.replaceChildren(...mine.map((waiting) => this.#line(waiting)));
    for (const part of all(this, "[data-waiting]")) part.hidden = !mine.length;
    const readings = mine.filter(({ url }) => url === this.#form?.action), skew = clinicNow() - Date.now();
    const clock = this.querySelector("vital-clock");
    if (clock instanceof VitalClock) clock.taken = readings.map(({ at }) => at + skew);
    if (mine.length < this.#waited) /** @type {any} */ (this.querySelector("live-part"))?.refresh?.();
    this.#waited = mine.length;
    await this.#refused(kept);
  }

  /** What happened last stands at the edge of the screen too, where it was pressed. */
  #last() {
    const words = this.querySelector(".vital-happened > li")?.textContent?.replace(/\s+/g, " ").trim() || "";
    for (const part of all(this, "[data-last]")) part.textContent = words;
  }

  /** @param {Awaited<VitalsDesk["open"]>} kept */
  async #refused(kept) {
    const found = (await kept.queue.refused()).find(({ url, told }) => url === this.#form?.action && !told);
    if (!found || !this.#form || this.dataset.refused === found.id) return;
    this.dataset.refused = found.id;
    fill(this.#form, found.fields.filter(([name]) => name.startsWith("q-")));
    this.#unfold();
    this.#levels();
    const at = one(this, "[data-refused-at]", HTMLElement);
    at.textContent = (at.dataset.refusedAt || "").replace("{time}", timeOf(found.at + clinicNow() - Date.now()));
    for (const part of all(this, "[data-refused]")) part.hidden = false;
  }

  /** @param {import("../offline/queue.js").Waiting} waiting */
  #line({ at, fields }) {
    const line = /** @type {HTMLElement} */ (one(this, "template", HTMLTemplateElement).content.cloneNode(true)).firstElementChild;
    const row = /** @type {HTMLElement} */ (line), said = fields.filter(([name]) => name.startsWith("q-"));
    one(row, "[data-time]").textContent = timeOf(at + clinicNow() - Date.now());
    one(row, "[data-said]").textContent = said.map(([name, value]) => this.#words(name, value)).join(", ");
    const levels = said.map(([name, value]) => this.#levelOf(name, value));
    mark(row, levels.includes("stop") ? "stop" : levels.includes("review") ? "review" : "clear");
    return row;
  }

  /** What a question of the form says. @param {string} name */
  #asked(name) {
    return this.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("[data-when]")?.querySelector("label > span, legend > span")?.textContent || name;
  }

  /** The words beside what was chosen, or what was typed. @param {string} name @param {string} value */
  #words(name, value) {
    const chosen = this.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    return (chosen instanceof HTMLButtonElement ? chosen : chosen?.nextElementSibling)?.textContent?.trim() || value;
  }

  /** @param {string} name @param {string} value */
  #levelOf(name, value) {
    const field = /** @type {HTMLElement | null | undefined} */ (this.querySelector(`[name="${CSS.escape(name)}"]`)?.closest("[data-when]"));
    return levelOf(JSON.parse(field?.dataset.when || "[]"), value);
  }

  /** Beside each question what its answer comes to. */
  #levels() {
    if (!this.#form) return;
    const typed = new FormData(this.#form);
    for (const field of all(this.#form, "[data-when]")) {
      const name = field.querySelector("[name]")?.getAttribute("name") || "";
      mark(field, levelOf(JSON.parse(field.dataset.when || "[]"), String(typed.get(name) || "")));
    }
  }
}

customElements.define("vitals-card", VitalsCard);

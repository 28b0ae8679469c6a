// @ts-check
/**
 * <mood-entry data-url [data-whose] [data-offline]> around the form of an entry. It is sent beside the page, so that a lost
 * connection loses nothing that was typed. data-whose: a device of their own; there the entry is sealed and kept first, and
 * goes by itself. data-offline: the page that the worker shows without a connection, which knows nobody's words.
 */
import { all, one } from "../lib/dom.js";
import { diary, dose, fill, ownTag } from "../offline/filling.js";
import { openSealed } from "../offline/sealed.js";
import { sending } from "../offline/sending.js";
import { outcomeOf } from "../offline/queue.js";

const FORM = "mood:form";

export class MoodEntry extends HTMLElement {
  #ended = new AbortController();
  /** @type {import("../offline/sealed.js").Sealed | null} */ #docs = null;
  /** @type {ReturnType<typeof sending> | null} */ #sending = null;

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    const { whose, offline, worker } = this.dataset;
    const form = one(this, "form", HTMLFormElement);
    form.addEventListener("submit", (event) => this.#keep(event, form), { signal });
    for (const line of all(this, ".scale-line")) line.addEventListener("pointermove", slide, { signal });
    if (!whose || !globalThis.isSecureContext) return;
    this.#docs = openSealed({ whose });
    this.#sending = sending(this.#docs, () => this.#tell(), signal);
    if (worker) navigator.serviceWorker?.register(worker, { scope: "/me/" }).catch(() => undefined);
    const ready = offline === undefined ? this.#remember() : this.#recall(form);
    void ready.catch(() => undefined).then(() => this.#sending?.round()).then(() => this.#again(form)).catch(() => undefined);
  }

  disconnectedCallback() {
    this.#ended.abort();
  }

  /** @param {SubmitEvent} event @param {HTMLFormElement} form */
  async #keep(event, form) {
    event.preventDefault();
    form.setAttribute("aria-busy", "true");
    const fields = /** @type {[string, string][]} */ ([...new FormData(form)].filter(([name]) => name !== "ago"));
    const outcome = await this.#send(fields);
    form.removeAttribute("aria-busy");
    if (outcome === "sent") location.assign(this.dataset.after || "/me");
    else if (outcome === "kept" && this.#queued()) this.#waits(form);
    else if (outcome === "kept") this.#say("lost");
    else if (outcome === "closed") this.#say("closed");
    else form.submit(); // the server says on its page what is to be mended
  }

  /** @param {[string, string][]} fields @returns {Promise<import("../offline/queue.js").Outcome>} */
  async #send(fields) {
    const url = this.dataset.url || "", id = fields.find(([name]) => name === "id")?.[1] || "";
    const queue = this.#queued();
    if (queue) {
      await queue.settle(id); // what was refused before is this very entry, mended
      await queue.add(id, url, fields);
      const round = await this.#sending?.round();
      if ((await queue.waiting()).some((waiting) => waiting.id === id)) return round === "closed" ? "closed" : "kept";
      return (await queue.refused()).some((refused) => refused.id === id) ? "refused" : "sent";
    }
    try {
      const { status } = await fetch(url, { method: "POST", body: new URLSearchParams(fields), headers: { accept: "application/json" } });
      return status === 404 || status === 409 ? "refused" : outcomeOf(status);
    } catch {
      return "kept";
    }
  }

  /** Where a new entry waits; a change of one that is at the clinic already waits for nothing. */
  #queued() {
    return "queue" in this.dataset ? this.#sending?.queue : undefined;
  }

  /** One that the clinic did not take stands in the form again. @param {HTMLFormElement} form */
  async #again(form) {
    const [refused] = (await this.#queued()?.refused()) || [];
    if (!refused) return;
    fill(form, refused.fields);
    this.#say("refused");
  }

  /** The form is empty again, and says that its entry waits. @param {HTMLFormElement} form */
  #waits(form) {
    form.reset();
    one(form, "[name=id]", HTMLInputElement).value = crypto.randomUUID();
    this.#say("waits");
    this.#tell();
    scrollTo({ top: 0 });
  }

  async #tell() {
    const count = (await this.#sending?.queue.waiting())?.length || 0;
    const line = this.querySelector("[data-count]");
    if (line) line.textContent = String(count);
    for (const part of all(this, "[data-waiting]")) part.hidden = !count;
  }

  /** @param {string} which */
  #say(which) {
    for (const part of all(this, "[data-says]")) part.hidden = part.dataset.says !== which;
  }

  /** What this patient's form holds, for the day without a connection. */
  async #remember() {
    const share = this.querySelector("[name=share]:checked");
    await this.#docs?.put(FORM, {
      own: all(this, "[name=own]").map((input) => /** @type {HTMLInputElement} */ (input).value),
      doses: all(this, "fieldset[id^=dose-]").map((field) => [field.id.slice("dose-".length), one(field, "legend").textContent]),
      card: Boolean(this.querySelector("#card")),
      urges: all(this, "fieldset[id^=urge-]").map((field) => field.id.slice("urge-".length)),
      share: share instanceof HTMLInputElement ? share.value : "me",
    });
  }

  /** @param {HTMLFormElement} form */
  async #recall(form) {
    one(form, "[name=id]", HTMLInputElement).value = crypto.randomUUID();
    one(form, "[name=zone]", HTMLInputElement).value = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const today = new Date(), words = Intl.DateTimeFormat(document.documentElement.lang, { weekday: "long", day: "numeric", month: "long" });
    one(this, "[data-today]").textContent = words.format(today);
    one(form, "[name=day]", HTMLInputElement).max = new Date(today.getTime() - today.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
    const kept = await this.#docs?.get(FORM);
    for (const tag of kept?.own || []) one(this, "[data-tags]").append(ownTag(tag));
    for (const [id, name] of kept?.doses || []) one(this, "#tags").before(dose(id, name));
    if (kept?.card) one(this, "#tags").after(diary(kept.urges));
    const share = form.querySelector(`[name=share][value="${kept?.share || "me"}"]`);
    if (share instanceof HTMLInputElement) share.checked = share.defaultChecked = true;
  }
}

/** A finger that slides along a line chooses on its way. @param {PointerEvent} event */
function slide(event) {
  if (!event.buttons) return;
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const input = under instanceof Element && under.closest(".scale-line") === event.currentTarget ? under.closest("label")?.querySelector("input") : null;
  if (input && !input.checked) input.click();
}

customElements.define("mood-entry", MoodEntry);

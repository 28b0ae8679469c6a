// @ts-check
import { all, on, say } from "../lib/dom.js";
import { tellZone } from "../lib/zone.js";

const WIDE = "(min-width: 62.5em)";

/**
 * <slot-picker data-zone>: the booking page without reloads. It tells the server the visitor's zone,
 * shows another day, service or therapist in place, and keeps the summary on the sill true.
 * Everything it does a link or a form on the page does as well.
 */
export class SlotPicker extends HTMLElement {
  #ended = new AbortController();
  /** @type {AbortController | null} */
  #asking = null;

  connectedCallback() {
    const { signal } = this.#ended;
    on(this, "change", (event) => this.#changed(event), signal);
    on(this, "click", (event) => this.#clicked(event), signal);
    this.#tellZone();
    this.#summarise();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#asking?.abort();
  }

  /** A zone that was chosen by hand is kept; else what the device says. Then the times are asked for once more. */
  #tellZone() {
    const zone = tellZone();
    if (zone && zone !== this.dataset.zone) this.#refresh(location.href);
  }

  /** @param {Event} event */
  #changed(event) {
    const field = /** @type {HTMLInputElement} */ (event.target);
    if (field.name === "start") this.#summarise();
    else if (field.form?.id === "pick" && field.name !== "tz") this.#pick(field.form);
  }

  /** @param {HTMLFormElement} form */
  #pick(form) {
    const asked = new URLSearchParams(/** @type {any} */ (new FormData(form)));
    this.#refresh(`${form.action}?${asked}`, true);
  }

  /** @param {MouseEvent} event */
  #clicked(event) {
    const link = /** @type {Element} */ (event.target).closest("a[href*='day=']");
    if (!(link instanceof HTMLAnchorElement) || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const day = link.dataset.day;
    if (day && !matchMedia(WIDE).matches) this.#showDay(day);
    else this.#refresh(link.href.split("#")[0]);
  }

  /** @param {string} day */
  #showDay(day) {
    for (const part of all(this, ".week-day")) part.classList.toggle("away", part.dataset.day !== day);
    for (const pick of all(this, ".day-pick")) {
      if (pick.dataset.day === day) pick.setAttribute("aria-current", "date");
      else pick.removeAttribute("aria-current");
    }
    const chosen = this.#chosen();
    if (chosen?.closest("section")?.dataset.day !== day) {
      const first = /** @type {HTMLInputElement | null} */ (this.querySelector(`#day-${CSS.escape(day)} input`));
      if (first) first.checked = true;
      else if (chosen) chosen.checked = false;
      this.#summarise();
    }
  }

  /**
   * Take the fresh parts of the page at `url`; what somebody typed is elsewhere and stays.
   * @param {string} url
   * @param {boolean} [remember]  write the address, so that a reload shows the same
   */
  async #refresh(url, remember = false) {
    this.#asking?.abort();
    const asking = (this.#asking = new AbortController());
    try {
      const answer = await fetch(this.#withKept(url), { signal: asking.signal, credentials: "same-origin" });
      if (!answer.ok) return location.assign(url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.#take(page);
      if (remember) history.replaceState(null, "", url);
    } catch {
      if (!asking.signal.aborted) location.assign(url);
    }
  }

  /** The time that is kept for this form is free for it. @param {string} url */
  #withKept(url) {
    const held = /** @type {HTMLInputElement | null} */ (this.querySelector("[name=held]"));
    if (!held) return url;
    const asked = new URL(url, location.href);
    asked.searchParams.set("held", held.value);
    return asked.href;
  }

  /** @param {Document} page */
  #take(page) {
    const focused = /** @type {HTMLInputElement | null} */ (document.activeElement);
    const held = focused && this.contains(focused) ? [focused.name, focused.value] : null;
    for (const part of all(this, "[data-fresh]")) {
      const fresh = page.getElementById(part.id);
      if (!fresh) continue;
      keepTyped(part, fresh);
      part.replaceWith(document.adoptNode(fresh));
    }
    document.title = page.title;
    if (held) {
      const again = all(this, `[name="${CSS.escape(held[0] || "")}"]`).find((field) => /** @type {any} */ (field).value === held[1]);
      again?.focus({ preventScroll: true });
    }
    this.#summarise();
  }

  #chosen() {
    return /** @type {HTMLInputElement | null} */ (this.querySelector("input[name='start']:checked"));
  }

  #summarise() {
    const chosen = this.#chosen();
    const summary = /** @type {HTMLElement | null} */ (this.querySelector(".sill-summary"));
    const there = /** @type {HTMLElement | null} */ (this.querySelector("#there"));
    this.querySelector(".sill")?.classList.toggle("ready", chosen !== null);
    if (!chosen || !summary) return say(summary, "");
    const day = chosen.closest("section")?.dataset.label || "";
    const clock = chosen.parentElement?.querySelector("b")?.textContent || "";
    say(summary, (summary.dataset.pattern || "").replace("{day}", day).replace("{time}", clock));
    say(there, (there?.dataset.pattern || "").replace("{time}", chosen.dataset.there || ""));
  }
}

/** What somebody wrote stays theirs. @param {Element} part @param {Element} fresh */
function keepTyped(part, fresh) {
  for (const field of part.querySelectorAll("input[type=tel]")) {
    const again = fresh.querySelector(`#${CSS.escape(field.id)}`);
    if (again) again.setAttribute("value", /** @type {HTMLInputElement} */ (field).value);
  }
}

customElements.define("slot-picker", SlotPicker);

// @ts-check
/**
 * <staff-calendar data-topic data-href>: the page's list of bookings as a grid, where the screen is wide enough.
 * Without it the list stays. Values come with the page, and again from `data-href` after each change of the topic.
 * Keys: arrows from booking to booking, Enter opens, M moves; N stands on a free time, where Enter books.
 */
import { one, pageData } from "../lib/dom.js";
import { get } from "../lib/http.js";
import { listen } from "../lib/stream.js";
import { ask } from "../planner/ask.js";
import { begin, columnOf, spoken, step } from "../planner/cursor.js";
import { bookPath, isTherapist, moved } from "../planner/grid.js";
import { CURSOR, View } from "../planner/view.js";
import { neighbour } from "../planner/walk.js";

const WIDE = "(min-width: 56.25em)";

export class StaffCalendar extends HTMLElement {
  #ended = new AbortController();
  #wide = matchMedia(WIDE);
  /** @type {import("../planner/grid.js").Values} */
  #values = pageData("grid");
  /** @type {import("../planner/cursor.js").Cursor | null} */
  #cursor = null;
  #view = new View(one(this, "[data-grid]", HTMLElement), /** @type {any} */ ({ ...this.dataset }));

  connectedCallback() {
    this.#ended = new AbortController();
    const { signal } = this.#ended;
    this.#wide.addEventListener("change", () => this.#draw(), { signal });
    this.addEventListener("keydown", (event) => this.#pressed(event), { signal });
    if (this.dataset.topic) listen(this.dataset.topic, () => void this.#refresh(), signal);
    this.#draw();
  }

  disconnectedCallback() {
    this.#ended.abort();
    this.#view.remove();
  }

  #draw() {
    const wide = this.#wide.matches;
    this.toggleAttribute("data-drawn", wide);
    if (!wide) return this.#view.remove();
    this.#view.draw(this.#values, {
      dropped: (event) => this.#dropped(event),
      clicked: (event) => this.#clicked(event),
    });
  }

  /** Another page changed something: the grid follows, and who stands on a booking stays there. */
  async #refresh() {
    const answer = await get(this.dataset.href || "").catch(() => null);
    if (!answer?.ok) return;
    this.#values = answer.data;
    this.#view.show(this.#values, this.#cursor, this.#view.standing);
  }

  /** The booking stays where it was until somebody says yes; back in its own place nothing is asked. @param {any} dropped */
  #dropped({ event, delta, newResource }) {
    const { id, start, therapist } = event.extendedProps;
    const at = moved(start, delta);
    if (at === start && !newResource) return this.#view.show(this.#values, this.#cursor, id);
    const person = newResource && isTherapist(this.#values, newResource.id);
    const to = { with: person ? newResource.id : therapist, .../** @type {{}} */ (newResource && !person ? { in: newResource.id } : {}) };
    this.#view.show(this.#values, this.#cursor, id);
    void ask(one(this, "[data-dialog]", HTMLDialogElement), movePath(id, { at, ...to }));
  }

  /** @param {any} clicked */
  #clicked({ dateStr, allDay, resource }) {
    if (allDay) location.assign(`/staff/calendar?show=day&day=${dateStr.slice(0, 10)}`);
    else location.assign(bookPath(this.#values, dateStr.slice(0, 16), resource?.id ?? columnOf({ lane: 0, minute: 0 }, this.#values)));
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey || this.querySelector("dialog[open]")) return;
    const key = mirrored(event.key, document.dir === "rtl");
    const { standing } = this.#view;
    if (standing === CURSOR ? this.#carry(key) : this.#walk(key, standing)) event.preventDefault();
  }

  /** From booking to booking. @param {string} key @param {string} [standing] @returns {boolean} whether the key was ours */
  #walk(key, standing) {
    if (key.toLowerCase() === "n") return this.#place(begin(this.#values));
    const here = this.#values.bookings.find(({ id }) => id === standing);
    if (here?.movable && key.toLowerCase() === "m") location.assign(movePath(here.id, {}));
    const seen = new Set(this.#view.seen.map((el) => el.dataset.booking));
    const bookings = this.#values.bookings.filter(({ id }) => seen.has(id));
    const next = here ? neighbour(bookings, here.id, key) : key === "ArrowDown" ? bookings[0] : null;
    if (next) this.#view.stand(next.id);
    return Boolean(next);
  }

  /** The free place goes where the arrow points. @param {string} key */
  #carry(key) {
    if (this.#cursor && /^(Arrow|Page)/.test(key)) return this.#place(step(this.#cursor, key, this.#values));
    if (key !== "Escape") return false;
    this.#cursor = null;
    this.#view.show(this.#values, null);
    this.#view.grid.focus();
    return true;
  }

  /** @param {import("../planner/cursor.js").Cursor | null} cursor */
  #place(cursor) {
    this.#cursor = cursor;
    if (!cursor) return false;
    one(this, "[data-voice]").textContent = spoken(cursor, this.#values, document.documentElement.lang);
    this.#view.show(this.#values, cursor, CURSOR);
    return true;
  }
}

/** @param {string} id @param {Record<string, string>} to */
function movePath(id, to) {
  return `/staff/calendar/move/${id}?${new URLSearchParams(to)}`;
}

/** Where a page is read from right to left, so are its columns. @param {string} key @param {boolean} rtl */
function mirrored(key, rtl) {
  return rtl ? { ArrowLeft: "ArrowRight", ArrowRight: "ArrowLeft" }[key] ?? key : key;
}

customElements.define("staff-calendar", StaffCalendar);

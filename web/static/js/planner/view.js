// @ts-check
/** The calendar component on the page: what is drawn, and where the reader stands. */
import { all, make } from "../lib/dom.js";
import { columnOf, wallOf } from "./cursor.js";
import { bookPath, events, idle, moved, options, pathOf, spokenDay } from "./grid.js";
import { weeks, widths } from "./sizes.js";

/** @typedef {import("./grid.js").Values} Values */
/** @typedef {import("./cursor.js").Cursor} Cursor */
/** @typedef {{asked: string, phone: string, person: string}} Said what is said of a booking, where it is so */
/** @typedef {{dropped: (event: any) => void, clicked: (event: any) => void}} Heard */
export const CURSOR = "cursor";

export class View {
  /** @type {any} */
  #calendar = null;

  /**
   * @param {HTMLElement} grid
   * @param {import("./grid.js").Words & Said & {book: string}} words
   */
  constructor(grid, words) {
    this.grid = grid;
    this.words = words;
  }

  /** @param {Values} values @param {Heard} heard */
  draw(values, heard) {
    if (this.#calendar) return;
    this.grid.hidden = false;
    this.#room(values);
    this.#calendar = /** @type {any} */ (window).EventCalendar.create(this.grid, {
      ...options(values, this.words, document.documentElement.lang),
      editable: true,
      eventDurationEditable: false,
      eventContent: (/** @type {any} */ { event }) => content(event, this.words, values.view),
      eventAllUpdated: () => untable(this.grid),
      eventDrop: heard.dropped,
      dateClick: heard.clicked,
    });
  }

  remove() {
    this.grid.hidden = true;
    if (this.#calendar) /** @type {any} */ (window).EventCalendar.destroy(this.#calendar);
    this.#calendar = null;
  }

  /**
   * Everything as it is known to be.
   * @param {Values} values
   * @param {Cursor | null} cursor
   * @param {string} [standing] where the reader is then
   */
  show(values, cursor, standing) {
    const known = events(values, this.words);
    this.#room(values);
    if (values.view === "timeGridWeek") this.#calendar?.setOption("hiddenDays", idle(values));
    this.#calendar?.setOption("events", cursor ? [...known, place(cursor, values, this.words.book)] : known);
    if (standing) requestAnimationFrame(() => this.stand(standing));
  }

  /** Full weeks and days get more room than empty ones. @param {Values} values */
  #room(values) {
    if (values.view === "dayGridMonth") this.grid.style.setProperty("--planner-weeks", weeks(values));
    if (values.view === "timeGridWeek") this.grid.style.setProperty("--planner-days", widths(values));
  }

  /** The booking, or free place, that has the focus. */
  get standing() {
    const on = document.activeElement;
    return on instanceof HTMLElement && this.grid.contains(on) ? on.dataset.booking : undefined;
  }

  /** What is in sight: a full day of a month hides some behind a count. */
  get seen() {
    return all(this.grid, "[data-booking]").filter((el) => el.checkVisibility({ visibilityProperty: true }));
  }

  /** @param {string} id */
  stand(id) {
    this.seen.find((el) => el.dataset.booking === id)?.focus();
  }
}

/** @param {Cursor} cursor @param {Values} values @param {string} title */
function place(cursor, values, title) {
  const start = wallOf(cursor, values);
  const column = columnOf(cursor, values);
  const end = moved(start, { seconds: values.step * 60 });
  const extendedProps = { id: CURSOR, href: bookPath(values, start, column) };
  const classNames = ["planner-cursor"];
  return { id: CURSOR, start, end, title, resourceIds: column ? [column] : [], classNames, startEditable: false, extendedProps };
}

/**
 * What stands in a booking; all else has a title alone. What can be opened is a link that fills its place. Who does not
 * see where it stands is told of the day and of its column.
 * @param {any} event @param {Said} said @param {string} view
 */
function content(event, said, view) {
  const { id, href, start, time, what, whom, besides, asked, means } = event.extendedProps;
  if (!time) return { domNodes: [opening(id, href ?? pathOf(id), { title: event.title }, event.title)] };
  const words = [asked && said.asked, what, said[/** @type {"phone" | "person"} */ (means)], whom].filter(Boolean).join(", ");
  const day = view === "resourceTimeGridDay" ? "" : spokenDay(start, document.documentElement.lang);
  const whole = `${time} ${event.title}, ${words}`;
  return {
    domNodes: [
      opening(id, pathOf(id), { class: "planner-lines", title: whole, "aria-label": [day, whole, besides].filter(Boolean).join(", ") },
        make("span", { class: "planner-time" }, time), " ",
        make("b", {}, ...shortened(event.title)), " ",
        make("span", { class: "planner-words" }, words)),
    ],
  };
}

/** @param {string | undefined} id @param {string} href @param {Record<string, string>} set @param {(Node | string)[]} parts */
function opening(id, href, set, ...parts) {
  if (!id || !href) return make("span", set, ...parts);
  return make("a", { ...set, class: `planner-link ${set.class ?? ""}`, href, draggable: "false", "data-booking": id }, ...parts);
}

/** The component calls its boxes a table, yet no booking stands in any row of it: they are told one by one. @param {HTMLElement} grid */
function untable(grid) {
  const roles = ["table", "rowgroup", "row", "columnheader", "rowheader", "cell"];
  for (const box of all(grid, roles.map((role) => `[role=${role}]`).join())) {
    for (const name of ["role", "aria-colindex", "aria-colspan"]) box.removeAttribute(name);
  }
}

/** Each part of a name by itself: one that is wider than its column ends in an ellipsis, and none breaks. @param {string} name */
function shortened(name) {
  return name.split(" ").flatMap((part) => [make("span", { class: "planner-part" }, part), " "]);
}

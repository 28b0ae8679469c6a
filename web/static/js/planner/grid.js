// @ts-check
/**
 * From the values of the page to what the calendar component draws. Pure.
 * Times are wall times of the clinic, 'YYYY-MM-DDTHH:MM', and nothing here knows a zone.
 */

/**
 * @typedef {object} Booking
 * @property {string} id
 * @property {string[]} columns
 * @property {string} therapist
 * @property {string} start
 * @property {string} end
 * @property {string} time   as a person reads it; tells two equal wall times apart
 * @property {string} name   '' when the person's key was destroyed
 * @property {string} what
 * @property {string} means   how they meet, '' by video
 * @property {string} whom   '' where it is plain whose booking it is
 * @property {string} besides   what only the place tells: whose it is, and in which room
 * @property {number} tone
 * @property {boolean} movable
 * @property {boolean} asked   it waits for the clinic's answer
 *
 * @typedef {object} Values
 * @property {string} view
 * @property {string} date
 * @property {string} offset
 * @property {[number, number]} hours
 * @property {number} step   minutes
 * @property {{id: string, title: string, tone: number}[]} columns
 * @property {Booking[]} bookings
 * @property {{column: string, start: string, end: string}[]} open
 * @property {{column: string, name: string, day: string, time: string, start: string, end: string, elsewhere: boolean}[]} away
 * @property {{columns: string[], name: string, start: string, end: string, until: string, offered: boolean, offer: string}[]} kept
 *
 * @typedef {{nameless: string, closed: string, away: string, elsewhere: string, more: string, offered: string, kept: string}} Words
 */

const SHAKE = 12; // pixels that a pressing hand may move by: the press opens the booking
export const OFFER = "offer-"; // before the id of what is offered to who waits: it is no booking
/**
 * Everything that stands on the grid: bookings, planned hours behind them, what is kept for a while, time off above them.
 * @param {Values} values
 * @param {Words} words
 */
export function events(values, words) {
  return [
    ...values.bookings.map((one) => ({
      id: one.id,
      resourceIds: one.columns,
      start: one.start,
      end: one.end,
      title: one.name || words.nameless,
      startEditable: one.movable,
      classNames: ["planner-booking", `who-${one.tone}`, ...(one.asked ? ["planner-asked"] : [])],
      extendedProps: one,
    })),
    ...values.open.map((one, place) => ({
      id: `open-${place}`,
      resourceIds: one.column ? [one.column] : [],
      start: one.start,
      end: one.end,
      display: "background",
      classNames: ["planner-open"],
    })),
    ...values.kept.map((one, place) => ({
      id: `kept-${place}`,
      resourceIds: one.columns,
      start: one.start,
      end: one.end,
      title: (one.offered ? words.offered : words.kept).replace("{name}", one.name).replace("{time}", one.until),
      startEditable: false, classNames: ["planner-kept"],
      extendedProps: { id: one.offer && `${OFFER}${one.offer}` },
    })),
    ...values.away.map((one, place) => ({
      id: `away-${place}`,
      resourceIds: one.column ? [one.column] : values.columns.map((column) => column.id),
      start: one.start || one.day,
      end: one.end || nextDay(one.day),
      allDay: !one.start,
      title: [one.name ? (one.elsewhere ? words.elsewhere : words.away).replace("{name}", one.name) : words.closed, one.time].filter(Boolean).join(", "),
      startEditable: false,
      classNames: [one.elsewhere ? "planner-elsewhere" : "planner-off"],
    })),
  ];
}

/**
 * The options that follow from the values; the component's own toolbar is left out, because the page has links.
 * @param {Values} values
 * @param {Words} words
 * @param {string} lang
 */
export function options(values, words, lang) {
  const [first, last] = values.hours;
  return {
    view: values.view,
    date: values.date,
    timeZone: values.offset === "+00:00" ? "UTC" : values.offset,
    headerToolbar: { start: "", center: "", end: "" },
    height: "auto",
    firstDay: 1,
    hiddenDays: values.view === "timeGridWeek" ? idle(values) : [],
    allDaySlot: values.away.some(({ start }) => !start),
    slotMinTime: clock(first * 60),
    slotMaxTime: clock(last * 60),
    slotDuration: "00:30",
    slotHeight: 36,
    snapDuration: clock(Math.min(values.step, 30)),
    nowIndicator: true,
    slotEventOverlap: false,
    eventDragMinDistance: SHAKE,
    dayMaxEvents: true,
    moreLinkContent: (/** @type {{num: number}} */ { num }) => words.more.replace("{count}", String(num)),
    dayHeaderFormat: heading(lang, values.view),
    resources: values.columns.map(({ id, title }) => ({ id, title })),
    slotLabelFormat: (/** @type {Date} */ time) => clock(time.getHours() * 60 + time.getMinutes()).replace(/^0/, ""),
    events: events(values, words),
  };
}

/** Saturday and Sunday (6 and 0) on which nothing is planned, booked or said: the other days are wider. @param {Values} values */
export function idle(values) {
  const used = [...values.open, ...values.bookings, ...values.kept, ...values.away].map((one) => new Date(`${("day" in one ? one.day : one.start).slice(0, 10)}T00:00Z`).getUTCDay());
  return [6, 0].filter((day) => !used.includes(day));
}

/** 'Thu 12' above a day of a week, 'Thu' in a month. @param {string} lang @param {string} view */
function heading(lang, view) {
  const weekday = new Intl.DateTimeFormat(lang, { weekday: "short" });
  return (/** @type {Date} */ day) => (view === "dayGridMonth" ? weekday.format(day) : `${weekday.format(day)} ${day.getDate()}`);
}

/** Where what stands on the grid is opened, '' for what cannot be. @param {string} [id] of a booking, or of an offer */
export function pathOf(id) {
  if (!id) return "";
  return id.startsWith(OFFER) ? `/staff/calendar/offers/${id.slice(OFFER.length)}` : `/staff/bookings/${id}`;
}

/** Where a free time is booked. In a day of rooms a column is nobody. @param {Values} values @param {string} at @param {string} column */
export function bookPath(values, at, column) {
  return `/staff/calendar/book?${new URLSearchParams({ at, with: isTherapist(values, column) ? column : "" })}`;
}

/** @param {Values} values @param {string} column */
export function isTherapist(values, column) {
  return values.columns.some(({ id, tone }) => id === column && tone > 0);
}

/** 'Thursday 12 March', as every page says a day. @param {string} wall @param {string} lang */
export function spokenDay(wall, lang) {
  const day = new Date(`${wall.slice(0, 10)}T00:00Z`);
  return day.toLocaleDateString(lang === "en" ? "en-GB" : lang, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" });
}

/** '09:30' of minutes since midnight. @param {number} minutes */
export function clock(minutes) {
  return `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;
}

/** The date after this one. @param {string} day */
export function nextDay(day) {
  const next = new Date(`${day}T00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

/**
 * A wall time moved by whole days and seconds, on a calendar without changes of clocks.
 * @param {string} wall
 * @param {{days?: number, seconds?: number}} delta
 */
export function moved(wall, { days = 0, seconds = 0 }) {
  return new Date(Date.parse(`${wall}Z`) + (days * 86400 + seconds) * 1000).toISOString().slice(0, 16);
}

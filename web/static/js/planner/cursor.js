// @ts-check
/**
 * A place on the grid that arrow keys carry about, to book at a free time without a pointer. Pure.
 * Lanes are the days of a week, or the columns of a day.
 */
import { clock, idle, nextDay, spokenDay } from "./grid.js";

/**
 * @typedef {import("./grid.js").Values} Values
 * @typedef {{lane: number, minute: number}} Cursor
 */

/**
 * The lanes of a view; none in a month.
 * @param {Values} values
 * @returns {{day: string, column: string}[]}
 */
export function lanes(values) {
  if (values.view === "resourceTimeGridDay") return values.columns.map(({ id }) => ({ day: values.date, column: id }));
  if (values.view !== "timeGridWeek") return [];
  const alone = values.columns.length === 1 ? values.columns[0].id : "";
  const days = [monday(values.date)];
  while (days.length < 7) days.push(nextDay(days[days.length - 1]));
  const hidden = idle(values);
  return days.filter((_, place) => !hidden.includes((place + 1) % 7)).map((day) => ({ day, column: alone }));
}

/**
 * Where it begins: at the first planned hour of the day that is shown.
 * @param {Values} values
 * @returns {Cursor | null}
 */
export function begin(values) {
  const known = lanes(values);
  if (!known.length) return null;
  const lane = Math.max(0, known.findIndex(({ day }) => day === values.date));
  const { day, column } = known[lane];
  const open = values.open.find((one) => one.start.startsWith(day) && (!one.column || one.column === column));
  return { lane, minute: open ? minuteOf(open.start) : values.hours[0] * 60 };
}

/**
 * One step by an arrow key, within the grid.
 * @param {Cursor} cursor
 * @param {string} key
 * @param {Values} values
 * @returns {Cursor}
 */
export function step(cursor, key, values) {
  const [first, last] = values.hours;
  const down = { ArrowUp: -values.step, ArrowDown: values.step, PageUp: -120, PageDown: 120 }[key] ?? 0;
  const side = { ArrowLeft: -1, ArrowRight: 1 }[key] ?? 0;
  return {
    lane: within(cursor.lane + side, 0, lanes(values).length - 1),
    minute: within(cursor.minute + down, first * 60, last * 60 - values.step),
  };
}

/** The wall time it stands at. @param {Cursor} cursor @param {Values} values */
export function wallOf(cursor, values) {
  return `${lanes(values)[cursor.lane].day}T${clock(cursor.minute)}`;
}

/** The column it stands in, '' for whoever is free. @param {Cursor} cursor @param {Values} values */
export function columnOf(cursor, values) {
  return lanes(values)[cursor.lane].column;
}

/** 'Thursday 12 March, 10:00, Mara Lind'. @param {Cursor} cursor @param {Values} values @param {string} lang */
export function spoken(cursor, values, lang) {
  const wall = wallOf(cursor, values);
  const whose = values.columns.find(({ id }) => id === columnOf(cursor, values))?.title;
  return [spokenDay(wall, lang), wall.slice(11), whose].filter(Boolean).join(", ");
}

/** @param {string} wall */
function minuteOf(wall) {
  return Number(wall.slice(11, 13)) * 60 + Number(wall.slice(14, 16));
}

/** @param {number} value @param {number} least @param {number} most */
function within(value, least, most) {
  return Math.min(Math.max(value, least), most);
}

/** @param {string} day */
function monday(day) {
  const found = new Date(`${day}T00:00Z`);
  found.setUTCDate(found.getUTCDate() - ((found.getUTCDay() + 6) % 7));
  return found.toISOString().slice(0, 10);
}

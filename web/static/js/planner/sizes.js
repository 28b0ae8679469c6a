// @ts-check
/** How much room the calendar gives: to each week of a month, to each day of a week. Pure; values as in `grid.js`. */
import { idle, moved } from "./grid.js";

/** @typedef {import("./grid.js").Values} Values */

const LEAST = 3; // lines of a day in a month
const MOST = 12; // a fuller day says how many more there are
const HEAD = 3; // rem: the date, and the line of what does not fit
const LINE = 1.5; // rem: a booking
const NARROW = 4; // rem: one of several that stand side by side
const DAY = [7, 40]; // rem: what a day is given at least, however few or many do; beyond the page, its grid scrolls

/**
 * The rows of a month: each week as tall as its own fullest day asks for.
 * @param {Values} values
 */
export function weeks(values) {
  const month = values.date.slice(0, 7);
  const rows = [];
  for (let monday = mondayOf(`${month}-01`); monday.slice(0, 7) <= month; monday = later(monday, 7)) {
    const fullest = Math.max(...days(monday).map((day) => standing(values, day).length));
    rows.push(`${HEAD + LINE * Math.min(Math.max(fullest, LEAST), MOST)}rem`);
  }
  return rows.join(" ");
}

/**
 * The columns of a week: a day on which several stand side by side is wider than one on which nobody does.
 * @param {Values} values
 */
export function widths(values) {
  const hidden = idle(values);
  const shown = days(mondayOf(values.date)).filter((day) => !hidden.includes(weekday(day)));
  return shown.map((day) => column(beside(standing(values, day)))).join(" ");
}

/** @param {number} lanes */
function column(lanes) {
  const [fewest, most] = DAY;
  return `minmax(${Math.min(Math.max(lanes * NARROW, fewest), most)}rem, ${lanes}fr)`;
}

/** What stands on a day; whoever is away stands on it as a line of its own. @param {Values} values @param {string} day */
function standing(values, day) {
  const away = values.away.map((one) => ({ start: one.start || one.day, end: one.end || one.day }));
  return [...values.bookings, ...values.kept, ...away].filter(({ start }) => start.slice(0, 10) === day);
}

/** How many of these stand side by side at once, at least one. @param {{start: string, end: string}[]} several */
function beside(several) {
  const timed = several.filter(({ start }) => start.length > 10);
  return Math.max(1, ...timed.map(({ start }) => timed.filter((one) => one.start <= start && start < one.end).length));
}

/** @param {string} monday */
function days(monday) {
  return [0, 1, 2, 3, 4, 5, 6].map((number) => later(monday, number));
}

/** @param {string} day */
function mondayOf(day) {
  return later(day, -((weekday(day) + 6) % 7));
}

/** @param {string} day @param {number} days */
function later(day, days) {
  return moved(`${day}T00:00`, { days }).slice(0, 10);
}

/** @param {string} day */
function weekday(day) {
  return new Date(`${day}T00:00Z`).getUTCDay();
}

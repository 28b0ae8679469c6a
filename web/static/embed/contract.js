// @ts-check
/** What a frame and the page around it tell each other, version 1: ids and times, never a word about a person. */

/** @type {Record<string, Record<string, "id" | "time" | "word" | "number">>} */
export const EVENTS = {
  ready: {},
  height: { height: "number" },
  "slot-selected": { service: "id", start: "time" },
  booked: { id: "id", service: "id", start: "time", end: "time" },
  moved: { id: "id", service: "id", start: "time", end: "time" },
  cancelled: { id: "id", service: "id", start: "time", end: "time" },
  closed: {},
  error: { code: "word", option: "word" },
};

const SHAPES = {
  id: /^[0-9a-f-]{20,36}$/,
  time: /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z$/,
  word: /^[a-z][a-z-]{0,31}$/,
};

/**
 * What may be told of an event; a field that is not in the contract, or has another shape, is left out. A time is
 * written as the API writes it, with its seconds: one moment has one spelling everywhere.
 * @param {string} type
 * @param {Record<string, any>} [data]
 * @returns {Record<string, string | number> | null}  null for what is no event
 */
export function told(type, data = {}) {
  if (!Object.hasOwn(EVENTS, type)) return null;
  const fields = Object.entries(EVENTS[type]).filter(([name, shape]) => fits(shape, data[name]));
  return Object.fromEntries(fields.map(([name, shape]) => [name, shape === "time" ? data[name].replace(/(T..:..)Z/, "$1:00Z") : data[name]]));
}

/**
 * @param {"id" | "time" | "word" | "number"} shape
 * @param {any} value
 */
function fits(shape, value) {
  return shape === "number" ? Number.isFinite(value) : typeof value === "string" && SHAPES[shape].test(value);
}

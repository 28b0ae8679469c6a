// @ts-check
/** From booking to booking by arrow keys. Pure. */

/** @typedef {import("./grid.js").Booking} Booking */

/**
 * The booking that an arrow key leads to: up and down by time, left and right to the nearest time in another column or
 * on another day. null: there is none.
 * @param {Booking[]} bookings   in order of time
 * @param {string} id
 * @param {string} key
 * @returns {Booking | null}
 */
export function neighbour(bookings, id, key) {
  const place = bookings.findIndex((one) => one.id === id);
  const here = bookings[place];
  if (!here) return null;
  if (key === "Home") return bookings[0];
  if (key === "End") return bookings[bookings.length - 1];
  const step = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (step) return bookings[place + step] ?? null;
  const sense = { ArrowLeft: -1, ArrowRight: 1 }[key];
  return sense ? beside(bookings, here, sense) : null;
}

/** @param {Booking[]} bookings @param {Booking} here @param {number} sense */
function beside(bookings, here, sense) {
  const lanes = [...new Set(bookings.map(lane))].sort();
  const wanted = lanes[lanes.indexOf(lane(here)) + sense];
  const minute = (/** @type {Booking} */ one) => Date.parse(`1970-01-01${one.start.slice(10)}Z`);
  const there = bookings.filter((one) => lane(one) === wanted);
  return there.sort((a, b) => Math.abs(minute(a) - minute(here)) - Math.abs(minute(b) - minute(here)))[0] ?? null;
}

/** The day, and on one day the column. @param {Booking} one */
function lane(one) {
  return `${one.start.slice(0, 10)} ${one.columns[0] ?? ""}`;
}

// @ts-check
/** Times of day as the server writes them, on this device's clock. */

const APART = [30, 60, 120]; // minutes that a clock somewhere is put back by

/** @param {Date | number} moment @returns {string} '9:30'; '2:30 UTC+1' where the clock shows it twice in a night */
export function clock(moment) {
  const at = new Date(moment);
  const shown = face(at);
  const twice = APART.flatMap((minutes) => [-minutes, minutes]).some((minutes) => {
    const other = new Date(at.getTime() + minutes * 60_000);
    return face(other) === shown;
  });
  return twice ? `${shown} ${offset(at)}` : shown;
}

/** @param {Date} at */
const face = (at) => `${at.getHours()}:${String(at.getMinutes()).padStart(2, "0")}`;

/** @param {Date} at @returns {string} 'UTC+1', 'UTC-3:30' */
function offset(at) {
  const minutes = -at.getTimezoneOffset();
  const [hours, rest] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60];
  return `UTC${minutes < 0 ? "-" : "+"}${hours}${rest ? `:${String(rest).padStart(2, "0")}` : ""}`;
}

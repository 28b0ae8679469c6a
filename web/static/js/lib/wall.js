// @ts-check
/** Times of day as the server writes them: on the clock of the page where it names one, else of this device. */

const APART = [30, 60, 120]; // minutes that a clock somewhere is put back by

/**
 * @param {Date | number} moment
 * @param {string | undefined} [zone]  IANA; the page's own by default
 * @returns {string} '9:30'; '2:30 UTC+1' where the clock shows it twice in a night
 */
export function clock(moment, zone = ours()) {
  const at = new Date(moment);
  const { face, offset } = dial(zone);
  const shown = face(at);
  const twice = APART.flatMap((minutes) => [-minutes, minutes]).some((minutes) => {
    return face(new Date(at.getTime() + minutes * 60_000)) === shown;
  });
  return twice ? `${shown} ${offset(at)}` : shown;
}

/** The clock of the page: the patient's own, or the clinic's for staff. */
const ours = () => globalThis.document?.body.dataset.clock ?? globalThis.document?.body.dataset.zone;

/** The language of the page as the server writes dates in it: '28 November', and digits that all of its pages have. */
export function tongue() {
  const lang = document.documentElement.lang;
  return `${lang === "en" ? "en-GB" : lang}-u-nu-latn`;
}

/** @param {string | undefined} zone */
function dial(zone) {
  /** @param {Intl.DateTimeFormatOptions} asked */
  const words = (asked) => new Intl.DateTimeFormat("en-u-nu-latn", { timeZone: zone || undefined, ...asked });
  const time = words({ hour: "numeric", minute: "2-digit", hourCycle: "h23" });
  const from = words({ timeZoneName: "shortOffset" });
  return {
    /** @param {Date} at */
    face: (at) => time.format(at).replace(/^0(?=\d:)/, ""),
    /** @param {Date} at @returns {string} 'UTC+1', 'UTC-3:30' */
    offset: (at) => (from.formatToParts(at).find(({ type }) => type === "timeZoneName")?.value ?? "").replace("GMT", "UTC").replace("−", "-"),
  };
}

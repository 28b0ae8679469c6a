// @ts-check
/** What the clinic said of a reading that it did not take, and what is sent when it is taken off this device. Pure. */

const PLACE = /\/courses\/([^/]+)\/observing\/([^/]+)$/;

/** @typedef {import("../offline/queue.js").Waiting} Waiting */

/** Why the clinic has it not. @param {Waiting} held @returns {string} */
export const neverOf = ({ told, why }) => told?.never || (why === "apart" ? "gone" : "mend");

/** What it says as [question, answer] each: in the words of the clinic, where it told them. @param {Waiting} held @returns {[string, string][]} */
export function saidIn({ told, fields }) {
  return told?.said || fields.filter(([name]) => name.startsWith("q-")).map(([name, value]) => [name.slice(2), value]);
}

/** Where it is written in by hand; "": nowhere. @param {Waiting} held */
export const byHand = ({ id, told }) => told?.key ? `${told.base}/steps/${told.key.join("/")}#held-${id}` : "";

/** As it goes to the clinic when it is taken off. @param {Waiting} held @param {string} reason @param {number} now @returns {[string, string][]} */
export function offOf(held, reason, now) {
  const [, course = "", step = ""] = PLACE.exec(new URL(held.url, "http://here").pathname) || [];
  const ago = String(Math.max(0, Math.round((now - held.at) / 1000)));
  const said = held.fields.filter(([name]) => name.startsWith("q-"));
  return [["once", held.id], ["course", course], ["step", step], ["never", neverOf(held)], ["ago", ago], ["reason", reason], ...said];
}

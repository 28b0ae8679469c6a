// @ts-check
/** What is done when: the steps of an exercise on one line of time. Pure; milliseconds everywhere. */

/**
 * @typedef {{kind: string, key: string, ms: number}} Step  0 ms: until a press
 * @typedef {{place: number, step: Step, left: number, times: number}} At  `times`: whole times through by then
 */

/** As the page writes it. @param {string} text @returns {Step[]} */
export function read(text) {
  return JSON.parse(text).map((/** @type {[string, string, number]} */ [kind, key, ms]) => ({ kind, key, ms }));
}

/** Every step longer or shorter by the same share. @param {Step[]} steps @param {number} percent @returns {Step[]} */
export function paced(steps, percent) {
  return steps.map((step) => ({ ...step, ms: Math.round((step.ms * percent) / 100) }));
}

/** One time through. @param {Step[]} steps */
export const once = (steps) => steps.reduce((sum, { ms }) => sum + ms, 0);

/** Where one is; null when it is over. @param {Step[]} steps @param {number} cycles @param {number} elapsed @returns {At | null} */
export function at(steps, cycles, elapsed) {
  const length = once(steps);
  const times = Math.floor(elapsed / length);
  if (times >= cycles) return null;
  let into = elapsed - times * length;
  for (const [place, step] of steps.entries()) {
    if (into < step.ms) return { place: times * steps.length + place, step, left: step.ms - into, times };
    into -= step.ms;
  }
  throw new Error("a time is within one of its steps");
}

/** How the disc moves in a step: where it ends. @param {string} kind */
export function move(kind, follows = "") {
  if (kind === "in") return follows === "more" ? "near" : "up";
  return { more: "up", out: "down", tense: "down", release: "up" }[kind] ?? "";
}

/** Seconds in words by the page's own patterns. @param {number} ms @param {{minutes: string, both: string, seconds: string}} say */
export function inWords(ms, say) {
  const all = Math.round(ms / 1000);
  const [minutes, seconds] = [Math.floor(all / 60), all % 60];
  const pattern = !minutes ? say.seconds : seconds ? say.both : say.minutes;
  return pattern.replace("{m}", String(minutes)).replace("{s}", String(seconds));
}

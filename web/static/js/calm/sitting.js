// @ts-check
/** What comes when in a guided meditation: cues, bells and silences on one line of time. Pure; milliseconds everywhere. */

/**
 * @typedef {"cue" | "silence" | "bell"} Kind
 * @typedef {{kind: Kind, text: string, ms: number}} Segment
 * @typedef {{place: number, segment: Segment, into: number, left: number}} At
 * @typedef {Record<string, Record<string, string>>} Texts  key -> anchor -> words; '' where they are the same for all
 * @typedef {Partial<Record<"calm_before" | "calm_after" | "mood_before" | "mood_after", number>>} Ratings
 */

/** As the page writes it: minutes -> segments in seconds. @param {string} text @returns {Record<string, Segment[]>} */
export function read(text) {
  /** @type {Record<string, [Kind, string, number][]>} */
  const written = JSON.parse(text);
  const lines = Object.entries(written).map(([minutes, line]) => [minutes, line.map(([kind, key, s]) => ({ kind, text: key, ms: s * 1000 }))]);
  return Object.fromEntries(lines);
}

/** Every silence longer or shorter by the same share; what is said takes as long as it takes. @param {Segment[]} line @param {number} percent */
export function spaced(line, percent) {
  return line.map((one) => (one.kind === "silence" ? { ...one, ms: Math.round((one.ms * percent) / 100) } : one));
}

/** @param {Segment[]} line */
export const whole = (line) => line.reduce((sum, { ms }) => sum + ms, 0);

/** Where one is; null when it is over. @param {Segment[]} line @param {number} elapsed @returns {At | null} */
export function at(line, elapsed) {
  let into = elapsed;
  for (const [place, segment] of line.entries()) {
    if (into < segment.ms) return { place, segment, into, left: segment.ms - into };
    into -= segment.ms;
  }
  return null;
}

/** What is said in a cue. @param {Texts} texts @param {string} key @param {string} anchor */
export function said(texts, key, anchor) {
  const told = texts[key] ?? {};
  return told[anchor] ?? told[""] ?? "";
}

/** What stands in the list of words: each cue and bell, and how long it is quiet after it; `place` of the line in time. @param {Segment[]} line */
export function lines(line) {
  let begin = 0;
  const found = [];
  for (const [place, { kind, text, ms }] of line.entries()) {
    const next = line[place + 1];
    if (kind !== "silence") found.push({ place, at: begin, kind, text, quiet: next?.kind === "silence" ? next.ms : 0 });
    begin += ms;
  }
  return found;
}

/** Whether calm or mood lost as much as somebody should hear of. @param {Ratings} rated @param {number} points */
export function fell({ calm_before, calm_after, mood_before, mood_after }, points) {
  const lost = (/** @type {number | undefined} */ before, /** @type {number | undefined} */ after) =>
    before !== undefined && after !== undefined && before - after >= points;
  return lost(calm_before, calm_after) || lost(mood_before, mood_after);
}

/** A time as on a clock. @param {number} ms */
export function clock(ms) {
  const all = Math.round(ms / 1000);
  return `${Math.floor(all / 60)}:${String(all % 60).padStart(2, "0")}`;
}

// @ts-check
/** Whether words that somebody wrote can mean that they are in danger; the same as server/safety/danger/rules.py finds. Pure. */

const WITHIN = /[\p{Mn}\p{Cf}'\u2019\u02bc`\u0640]/gu;
const BETWEEN = /[^\p{L}\p{N}]+/gu;
/** Letters that people write for each other. @type {[RegExp, string][]} */
const SAME = [[/\u0649/g, "\u064a"], [/\u0629/g, "\u0647"], [/\u0671/g, "\u0627"]];

/** @typedef {{danger: string[], harmless: string[], joined: string[]}} Words  of one language, folded */

/** Words in small letters without accents, one space between them. @param {string} text */
export function folded(text) {
  const kept = text.toLowerCase().normalize("NFKD").replace(WITHIN, "");
  return SAME.reduce((all, [one, other]) => all.replace(one, other), kept).replace(BETWEEN, " ").trim();
}

/** @param {string[]} texts @param {Words[]} lists */
export function speaksOfDanger(texts, lists) {
  return texts.map(folded).some((text) => lists.some((words) => holds(text, words)));
}

/** @param {string} text @param {Words} words */
function holds(text, { danger, harmless, joined }) {
  const said = harmless.reduce((all, phrase) => all.replaceAll(` ${phrase} `, " . "), ` ${text} `);
  return danger.some((phrase) => ["", ...joined].some((begin) => said.includes(` ${begin}${phrase} `)));
}

/** Where they come then. @param {string} [entry] the address of what they wrote */
export const placeAfter = (entry) => (entry ? `/me/safe?${new URLSearchParams({ after: entry.split("?")[0] })}` : "/me/safe");

// @ts-check
/** What an answer comes to by the words of the definition, before the clinic hears of it. Pure; as the server finds it. */

/**
 * @typedef {"clear" | "review" | "stop"} Level
 * @typedef {[verdict: Level, below: number | null, atLeast: number | null, above: number | null, words: string[]]} Condition
 */

const NUMBER = /^-?\d{1,6}([.,]\d{1,3})?$/;

/** @param {Condition} condition @param {string} answer */
function holds([, below, atLeast, above, words], answer) {
  if (below === null && atLeast === null && above === null) return words.includes(answer);
  const number = numberOf(answer);
  if (number === null) return false;
  return (below !== null && number < below) || (atLeast !== null && number >= atLeast) || (above !== null && number > above);
}

/** A number as somebody types it, on the keyboard of any script; null: it is none. @param {string} answer */
export function numberOf(answer) {
  const typed = western(answer.trim());
  return NUMBER.test(typed) ? Number(typed.replace(",", ".")) : null;
}

/** The same with the digits of any script as 0 to 9. @param {string} text */
export function western(text) {
  return text.replace(/\p{Nd}/gu, (sign) => String(digit(sign))).replace(/[٫．]/g, ".").replace("，", ",");
}

/** Ten of a script stand side by side, and the first is nought. @param {string} sign */
function digit(sign) {
  const code = sign.codePointAt(0) || 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value++;
  return value;
}

/** The gravest. @param {Condition[]} conditions @param {string} answer @returns {Level} */
export function levelOf(conditions, answer) {
  const found = answer ? conditions.filter((condition) => holds(condition, answer)).map(([verdict]) => verdict) : [];
  return found.includes("stop") ? "stop" : found.includes("review") ? "review" : "clear";
}

/** A part says what it comes to: [data-comes] names which words are seen. @param {HTMLElement} part @param {Level} level */
export function mark(part, level) {
  for (const which of ["review", "stop"]) part.classList.toggle(`is-${which}`, which === level);
  for (const words of /** @type {NodeListOf<HTMLElement>} */ (part.querySelectorAll("[data-comes]"))) words.hidden = words.dataset.comes !== level;
}

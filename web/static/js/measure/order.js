// @ts-check
/** Which questions of a measure are put, and where one stands among them. The same as the server says; it decides. */

/**
 * @typedef {{id: string, when?: {items: string[], least: number}}} Item
 * @typedef {Record<string, number | undefined>} Answers
 */

/** @param {Item[]} items @param {Answers} answers @returns {Item[]} */
export function asked(items, answers) {
  return items.filter(({ when }) => !when || when.items.some((id) => (answers[id] ?? -Infinity) >= when.least));
}

/** How many of the questions that are put have no answer. @param {Item[]} items @param {Answers} answers */
export function open(items, answers) {
  return asked(items, answers).filter(({ id }) => answers[id] === undefined).length;
}

/**
 * The question after this one, or before it with `step` -1; null past either end.
 * @param {Item[]} items @param {Answers} answers @param {string} from @param {1 | -1} [step] @returns {Item | null}
 */
export function beside(items, answers, from, step = 1) {
  const put = asked(items, answers);
  return put[put.findIndex(({ id }) => id === from) + step] ?? null;
}

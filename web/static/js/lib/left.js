// @ts-check
/**
 * What a tab holds of texts that the server did not take, as auto-save.js keeps them, each under whom it is of. Pure: the
 * storage is handed in.
 */

const KEPT = "auto-save:", MINE = "auto-mine:", SAVED = "auto-saved:";
const KINDS = [KEPT, MINE, SAVED];
const LONG_ENOUGH = 20; // letters

/** An address as whoever is signed in saves to it; others save other words there. @param {string} whose @param {string} url */
export const placeOf = (whose, url) => `${whose} ${url}`;

/** What is not of `whose` is let go: several may use one device, one after the other. @param {Storage} storage @param {string} whose */
export function dropOthers(storage, whose) {
  const others = names(storage, KINDS).filter((name) => !KINDS.some((kind) => name.startsWith(placeOf(kind + whose, ""))));
  drop(storage, others);
}

/** Nothing is left, of nobody. @param {Storage} storage */
export const dropAll = (storage) => drop(storage, names(storage, KINDS));

/** Whether words are here that the server has not. @param {Storage} storage */
export const holdsWords = (storage) => names(storage, [KEPT, MINE]).length > 0;

/**
 * Words below `url` that stand nowhere on the page; what does stand there is let go.
 * @param {Storage} storage @param {string} url the place of the whole address below which the parts were saved
 * @param {string[]} standing the texts that the page shows
 * @returns {{names: string[], text: string}[]} names: under which the storage holds them
 */
export function leftOf(storage, url, standing) {
  /** @type {Map<string, {names: string[], text: string}>} */ const found = new Map();
  for (const name of namesOf(storage, url)) {
    const text = textOf(name, storage.getItem(name) || "").trim();
    if (!text || standing.some((one) => stands(text, one.trim()))) storage.removeItem(name);
    else found.set(text, { names: [...(found.get(text)?.names ?? []), name], text });
  }
  return [...found.values()];
}

/** A word or two can stand within any text by chance. @param {string} text @param {string} there */
function stands(text, there) {
  return text.length < LONG_ENOUGH ? there === text : there.includes(text);
}

/** Under another address, for the page there. @param {Storage} storage @param {{names: string[], text: string}} left @param {string} url */
export function carry(storage, { names, text }, url) {
  storage.setItem(`${MINE}${url}${encodeURIComponent(names[0])}`, text);
  drop(storage, names);
}

/** @param {Storage} storage @param {string[]} names */
export function drop(storage, names) {
  for (const name of names) storage.removeItem(name);
}

/** @param {Storage} storage @param {string} url */
function namesOf(storage, url) {
  return names(storage, [KEPT + url, MINE + url]).sort();
}

/** @param {Storage} storage @param {string[]} begins */
function names(storage, begins) {
  const all = Array.from({ length: storage.length }, (_, at) => storage.key(at) || "");
  return all.filter((name) => begins.some((begin) => name.startsWith(begin)));
}

/** @param {string} name @param {string} kept */
function textOf(name, kept) {
  if (name.startsWith(MINE)) return kept;
  try {
    return String(JSON.parse(kept)?.text ?? "");
  } catch {
    return "";
  }
}

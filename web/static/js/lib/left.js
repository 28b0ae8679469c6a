// @ts-check
/** What a tab still holds of a text that was closed elsewhere, as auto-save.js keeps it. Pure: the storage is handed in. */

const KEPT = "auto-save:", MINE = "auto-mine:";
const LONG_ENOUGH = 20; // letters

/**
 * Words below `url` that stand nowhere on the page; what does stand there is let go.
 * @param {Storage} storage @param {string} url the whole address below which the parts were saved
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
  const all = Array.from({ length: storage.length }, (_, at) => storage.key(at) || "");
  return all.filter((name) => [KEPT, MINE].some((begin) => name.startsWith(begin + url))).sort();
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

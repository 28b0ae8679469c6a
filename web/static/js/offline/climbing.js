// @ts-check
/**
 * [data-ladders="address"][data-whose]: the steps that may be faced alone, kept on a device of the patient's own for a day
 * without a connection; what may not, or is deleted, is kept no more. [data-climb] of a page: shown where some are kept.
 */
import { openShelf } from "../lib/shelf.js";
import { keepLadders, keptLadders } from "./ladders.js";
import { keeping } from "./leaving.js";
import { NAME, openSealed, ownerOf } from "./sealed.js";

const asks = /** @type {HTMLElement | null} */ (document.querySelector("[data-ladders]"));
const way = /** @type {HTMLElement | null} */ (document.querySelector("[data-climb]"));

/** @param {HTMLElement} asking */
async function keep({ dataset: { ladders: at = "", whose = "" } }) {
  const answer = await fetch(at, { headers: { accept: "application/json" } });
  if (!answer.ok || answer.redirected) return;
  const { ladders } = await answer.json();
  await keeping(() => keepLadders(openSealed({ whose }), ladders));
}

/** @param {HTMLElement} shown */
async function show(shown) {
  const shelf = openShelf(globalThis.indexedDB, NAME), whose = await ownerOf(shelf);
  shown.hidden = !whose || !(await keptLadders(openSealed({ whose, shelf }))).length;
}

if (asks && globalThis.isSecureContext) keep(asks).catch(() => undefined); // a browser that keeps nothing
if (way) show(way).catch(() => undefined);

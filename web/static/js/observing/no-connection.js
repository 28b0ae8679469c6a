// @ts-check
/**
 * The observation screen without a connection: says how much was taken on this device and is not at the clinic yet; where a
 * card was pressed, what to do then, and since when. It names nobody.
 */
import { all, one } from "../lib/dom.js";
import { openShelf } from "../lib/shelf.js";
import { clockOf } from "../lib/timing.js";
import "../offline/no-connection.js";
import { countWaiting, NAME, pressesIn } from "./keeping.js";

const part = /** @type {HTMLElement | null} */ (document.querySelector("[data-waits]")), count = part?.querySelector("[data-count]");

async function tell() {
  const shelf = openShelf(globalThis.indexedDB, NAME), waits = await countWaiting(shelf);
  if (count) count.textContent = String(waits);
  if (part) part.hidden = !waits;
  const presses = await pressesIn(shelf);
  for (const card of all(document, "[data-card]")) {
    const found = presses.find(([event]) => event === card.dataset.card);
    if (found) show(card, found[1]);
  }
}

/** @param {HTMLElement} card @param {number} since */
function show(card, since) {
  const tick = () => { one(card, "[data-clock]").textContent = clockOf(Math.max(0, Date.now() - since) / 1000); };
  card.hidden = false;
  tick();
  setInterval(tick, 1000);
}

tell().catch(() => undefined); // a browser that keeps nothing has nothing to count

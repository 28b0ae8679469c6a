// @ts-check
/** The observation screen without a connection: says how much was taken on this device and is not at the clinic yet. */
import { openShelf } from "../lib/shelf.js";
import "../offline/no-connection.js";
import { countWaiting, NAME } from "./keeping.js";

const part = /** @type {HTMLElement | null} */ (document.querySelector("[data-waits]")), count = part?.querySelector("[data-count]");

async function tell() {
  const waits = await countWaiting(openShelf(globalThis.indexedDB, NAME));
  if (count) count.textContent = String(waits);
  if (part) part.hidden = !waits;
}

tell().catch(() => undefined); // a browser that keeps nothing has nothing to count

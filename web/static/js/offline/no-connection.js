// @ts-check
/** A page that could not be opened: tries again by itself, and opens at its own address as soon as [data-ask] answers. */
import { backOff } from "../lib/timing.js";

const TRIES = { first: 4_000, most: 60_000 };
const LONGEST_MS = 10_000; // a network that hangs is none
const ASK = /** @type {HTMLElement | null} */ (document.querySelector("[data-ask]"))?.dataset.ask || "/me/standing";
let tries = 0;

async function again() {
  try {
    if (!(await fetch(ASK, { cache: "no-store", signal: AbortSignal.timeout(LONGEST_MS) })).ok) throw new Error("the server is away");
    location.reload();
  } catch {
    tries += 1;
    setTimeout(again, backOff(tries, TRIES));
  }
}

addEventListener("online", () => location.reload());
document.querySelector("[data-again]")?.addEventListener("click", () => location.reload());
setTimeout(again, backOff(tries, TRIES));

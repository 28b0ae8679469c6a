// @ts-check
/** A page that could not be opened: tries again by itself, and opens at its own address as soon as it can. */
import { backOff } from "../lib/timing.js";

const TRIES = { first: 4_000, most: 60_000 };
let tries = 0;

async function again() {
  try {
    await fetch("/me/standing", { cache: "no-store" });
    location.reload();
  } catch {
    tries += 1;
    setTimeout(again, backOff(tries, TRIES));
  }
}

addEventListener("online", () => location.reload());
document.querySelector("[data-again]")?.addEventListener("click", () => location.reload());
setTimeout(again, backOff(tries, TRIES));

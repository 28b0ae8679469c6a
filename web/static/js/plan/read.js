// @ts-check
/** Shows the safety plan that this device keeps: [data-plan][data-whose] takes it, [data-some] and [data-none] say what is true. */
import { openSealed } from "../offline/sealed.js";
import { drawn } from "./drawn.js";

const place = /** @type {HTMLElement} */ (document.querySelector("[data-plan]"));

async function read() {
  const kept = await openSealed({ whose: place.dataset.whose || "" }).get("plan").catch(() => null);
  for (const each of document.querySelectorAll(kept ? "[data-some]" : "[data-none]")) each.removeAttribute("hidden");
  const plan = drawn(kept);
  if (!plan) return;
  place.replaceChildren(plan);
  for (const each of document.querySelectorAll("[data-at]")) each.textContent = kept.at;
}

read();

// @ts-check
/** Shows the safety plan that this device keeps: [data-plan][data-whose] takes it, [data-some] and [data-none] say what is true. */
import { openSealed } from "../offline/sealed.js";

const place = /** @type {HTMLElement} */ (document.querySelector("[data-plan]"));

async function read() {
  const kept = await openSealed({ whose: place.dataset.whose || "" }).get("plan").catch(() => null);
  for (const each of document.querySelectorAll(kept ? "[data-some]" : "[data-none]")) each.removeAttribute("hidden");
  if (!kept) return;
  // It is our own page's, sealed by this browser: nobody else wrote it.
  const plan = new DOMParser().parseFromString(kept.html, "text/html").querySelector("ol.plan");
  if (plan) place.replaceChildren(document.adoptNode(plan));
  for (const each of document.querySelectorAll("[data-at]")) each.textContent = kept.at;
}

read();

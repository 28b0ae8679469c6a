// @ts-check
/** Shows the safety plan that this device keeps: [data-plan] takes it, [data-some] and [data-none] say what is true. */
import { openVault } from "../offline/vault.js";

async function read() {
  const kept = await openVault().read("plan").catch(() => null);
  for (const each of document.querySelectorAll(kept ? "[data-some]" : "[data-none]")) each.removeAttribute("hidden");
  if (!kept) return;
  const { html, at } = JSON.parse(kept); // our own page's, and sealed by this browser: nobody else wrote it
  const plan = new DOMParser().parseFromString(html, "text/html").querySelector("ol.plan");
  if (plan) document.querySelector("[data-plan]")?.replaceChildren(document.adoptNode(plan));
  for (const each of document.querySelectorAll("[data-at]")) each.textContent = at;
}

read();

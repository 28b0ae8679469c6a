// @ts-check
/**
 * Keeps the safety plan of this page on a device of the patient's own, sealed, and the worker that opens it without a
 * connection. [data-keeps-plan=at][data-whose][data-worker] holds [data-kept], the sentence that is true once it is kept.
 */
import { openOffline } from "../offline/pages.js";
import { openSealed } from "../offline/sealed.js";

/** @param {HTMLElement} page */
async function keep(page) {
  const { keepsPlan: at, whose = "", worker = "" } = page.dataset;
  const plan = /** @type {HTMLElement} */ (document.querySelector("ol.plan")?.cloneNode(true));
  for (const each of plan.querySelectorAll(".no-print")) each.remove();
  await openSealed({ whose }).put("plan", { html: plan.outerHTML, at });
  await openOffline(worker);
  await navigator.serviceWorker.ready;
  for (const each of page.querySelectorAll("[data-kept]")) each.removeAttribute("hidden");
}

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-keeps-plan]"));
if (page && globalThis.isSecureContext && "serviceWorker" in navigator) {
  keep(page).catch(() => undefined); // a browser that keeps nothing says nothing
}

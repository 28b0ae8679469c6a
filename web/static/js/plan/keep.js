// @ts-check
/**
 * Keeps the safety plan of this page on a device of the patient's own, sealed, with a page that shows it without a
 * network. [data-keeps-plan=at] holds [data-kept], the sentence that is true once it is kept.
 */
import { openVault } from "../offline/vault.js";

const SHELL = "/me/plan/offline";
const CACHE = "plan-shell";

/** The page for times without a network, and every file that it draws itself with. */
async function keepShell() {
  const answer = await fetch(SHELL, { headers: { accept: "text/html" } });
  if (!answer.ok) throw new Error(String(answer.status));
  const shell = new DOMParser().parseFromString(await answer.clone().text(), "text/html");
  const parts = /** @type {NodeListOf<HTMLLinkElement | HTMLScriptElement>} */ (
    shell.querySelectorAll("link[rel=stylesheet], link[rel=modulepreload], script[src]"));
  const files = [...parts].map((one) => one.getAttribute("href") ?? one.getAttribute("src") ?? "");
  const cache = await caches.open(CACHE);
  const wanted = new Set([SHELL, ...files].map((one) => new URL(one, location.href).href));
  for (const { url } of await cache.keys()) if (!wanted.has(url)) await cache.delete(url);
  await cache.addAll(files);
  await cache.put(SHELL, answer);
}

/** @param {HTMLElement} page */
async function keep(page) {
  const plan = /** @type {HTMLElement} */ (document.querySelector("ol.plan")?.cloneNode(true));
  for (const each of plan.querySelectorAll(".no-print")) each.remove();
  await openVault().put("plan", JSON.stringify({ html: plan.outerHTML, at: page.dataset.keepsPlan }));
  await keepShell();
  await navigator.serviceWorker.register("/plan-worker.js", { scope: "/me/plan" });
  for (const each of page.querySelectorAll("[data-kept]")) each.removeAttribute("hidden");
}

const page = /** @type {HTMLElement | null} */ (document.querySelector("[data-keeps-plan]"));
if (page && "serviceWorker" in navigator && "caches" in globalThis && crypto.subtle) {
  keep(page).catch(() => undefined); // a browser that keeps nothing says nothing
}

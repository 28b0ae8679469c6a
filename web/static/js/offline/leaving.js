// @ts-check
/**
 * Whoever signs out leaves nothing behind: the key and all that it sealed, the pages that were kept, and their worker. So
 * does a device that was signed out from another one, as soon as it asks.
 */
import { openShelf } from "../lib/shelf.js";
import { NAME, wipe } from "./sealed.js";

const SCOPE = "/me/";
const LONGEST_MS = 3000;

/** Everything that is kept here for somebody's space. */
export async function leave() {
  const done = Promise.allSettled([
    wipe(openShelf(globalThis.indexedDB, NAME)),
    globalThis.caches?.keys().then((names) => Promise.all(names.filter((name) => name.startsWith(NAME)).map((name) => caches.delete(name)))),
    navigator.serviceWorker?.getRegistration(SCOPE).then((found) => (found?.scope.endsWith(SCOPE) ? found.unregister() : false)),
  ]);
  await Promise.race([done, new Promise((go) => setTimeout(go, LONGEST_MS))]);
}

/** Here, or everywhere. @param {HTMLFormElement} form */
function signsOut(form) {
  const where = form.getAttribute("action");
  return where === "/me/sign-out" || (where === "/me/devices/end" && !form.elements.namedItem("login"));
}

/** A form that signs this device out is sent once nothing is left. @param {SubmitEvent} event */
async function leaving(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!signsOut(form) || form.dataset.left) return;
  event.preventDefault();
  await leave();
  form.dataset.left = "yes";
  form.requestSubmit(event.submitter);
}

/** Where nobody is signed in: nothing stays on a device that was signed out. */
export async function leaveIfEnded() {
  const answer = await fetch("/me/standing", { headers: { accept: "application/json" }, cache: "no-store" });
  if (answer.ok && (await answer.json()).ended) await leave();
}

addEventListener("submit", leaving, { capture: true });
if (document.querySelector("[data-nobody]")) leaveIfEnded().catch(() => undefined); // no connection: it asks the next time

// @ts-check
/**
 * Whoever signs out leaves nothing behind: the key and all that it sealed, the pages that were kept, and their worker. So
 * does a device that was signed out from another one, as soon as it asks. What is not at the clinic yet is sent first, and
 * where that fails it is asked for: [data-unsent] of the page says what.
 */
import { dropAll, holdsWords } from "../lib/left.js";
import { openShelf } from "../lib/shelf.js";
import { NAME, wipe } from "./sealed.js";

const SCOPES = /\/(me\/?|calm)$/;
const KEPT = [NAME, "parlour-calm", "parlour-sounds"];
const LONGEST_MS = 3000;
const LOST = "/me/sign-in?notice=lost";
const UNSENT = /^doc:(waits|refused):/;

/** @type {Set<Promise<unknown>>} */ const writing = new Set();
let left = false;

/** What a page keeps here by itself: nothing once somebody is leaving, and what was begun goes too. @param {() => Promise<unknown>} work */
export async function keeping(work) {
  if (left) return;
  const done = work();
  writing.add(done);
  await done.finally(() => writing.delete(done));
}

/** Everything that is kept here for somebody's space. */
export async function leave() {
  left = true;
  const begun = Promise.allSettled(writing), late = writing.size;
  await empty();
  if (!late) return;
  await soon(begun);
  await empty();
}

async function empty() {
  const done = Promise.allSettled([
    wipe(openShelf(globalThis.indexedDB, NAME)),
    globalThis.caches?.keys().then((names) => Promise.all(names.filter((name) => KEPT.some((one) => name.startsWith(one))).map((name) => caches.delete(name)))),
    navigator.serviceWorker?.getRegistrations().then((all) => Promise.all(all.filter(({ scope }) => SCOPES.test(scope)).map((one) => one.unregister()))),
  ]);
  await soon(done);
}

/** Here, or everywhere. @param {HTMLFormElement} form */
function signsOut(form) {
  const where = form.getAttribute("action");
  return where === "/me/sign-out" || (where === "/me/devices/end" && !form.elements.namedItem("login"));
}

/** Within moments: whoever goes does not wait for a bad network. @template T @param {Promise<T>} done */
const soon = (done) => Promise.race([done, new Promise((go) => setTimeout(go, LONGEST_MS))]);

/** Whether nothing would be lost, or that was asked. */
async function mayGo() {
  const words = document.querySelector("[data-unsent]")?.textContent?.trim(), shelf = openShelf(globalThis.indexedDB, NAME);
  const waits = async () => (await shelf.names()).some((name) => UNSENT.test(name));
  if (!words || !(await waits() || holdsWords(sessionStorage))) return true;
  await soon(import("./unsent.js").then(({ sendAll }) => sendAll(shelf))).catch(() => undefined);
  return !(await waits()) && !holdsWords(sessionStorage) || confirm(words);
}

/** A form that signs this device out is sent once nothing is left. @param {SubmitEvent} event */
async function leaving(event) {
  const form = /** @type {HTMLFormElement} */ (event.target);
  if (!signsOut(form) || form.dataset.left) return;
  event.preventDefault();
  if (!(await mayGo().catch(() => true))) return;
  await leave();
  dropAll(sessionStorage);
  form.dataset.left = "yes";
  form.requestSubmit(event.submitter);
}

/** Where nobody is signed in: nothing stays on a device that was signed out. What waited here reaches nobody then,
 * and that is said: by the page that `says` so itself, else by the one of who is signed out. @param {{says?: boolean}} [here] */
export async function leaveIfEnded({ says = false } = {}) {
  const answer = await fetch("/me/standing", { headers: { accept: "application/json" }, cache: "no-store" });
  if (!answer.ok || !(await answer.json()).ended) return;
  const lost = (await openShelf(globalThis.indexedDB, NAME).names().catch(() => [])).some((name) => UNSENT.test(name));
  await leave();
  if (lost && !says) location.replace(LOST);
}

addEventListener("submit", leaving, { capture: true });
if (document.querySelector("[data-nobody]")) leaveIfEnded().catch(() => undefined); // no connection: it asks the next time

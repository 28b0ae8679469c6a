// @ts-check
/**
 * [data-due="address address"][data-whose][data-worker]: the questions that are due, kept on a device of the patient's own for
 * a day without a connection. What is due no more is kept no more. What else is kept there is asked for once nobody has gone
 * on from here for a while: what they came for goes first.
 */
import { keeping } from "../offline/leaving.js";
import { openOffline } from "../offline/pages.js";
import { openSealed } from "../offline/sealed.js";
import { formIn, keepForms } from "./keeping.js";

const LATE_MS = 4_000;
const home = /** @type {HTMLElement | null} */ (document.querySelector("[data-due]"));

/** @param {HTMLElement} page */
async function keep({ dataset: { due = "", whose = "", worker = "" } }) {
  /** @type {import("./keeping.js").Forms} */ const forms = {};
  for (const at of due.split(" ").filter(Boolean)) {
    const answer = await fetch(at, { headers: { accept: "text/html" } });
    const form = answer.ok && !answer.redirected ? formIn(new DOMParser().parseFromString(await answer.text(), "text/html")) : null;
    if (form) forms[at] = form;
  }
  await keeping(async () => {
    await keepForms(openSealed({ whose }), forms);
    await openOffline(worker);
  });
}

async function rest() {
  await navigator.serviceWorker?.ready;
  await new Promise((done) => setTimeout(done, LATE_MS));
  await new Promise((done) => (globalThis.requestIdleCallback || setTimeout)(done));
  await Promise.all([import("../offline/climbing.js"), import("../calm/gathering.js")]);
}

if (home && globalThis.isSecureContext) {
  keep(home).catch(() => undefined); // a browser that keeps nothing
  rest().catch(() => undefined);
}

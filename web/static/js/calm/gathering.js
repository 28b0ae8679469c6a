// @ts-check
/**
 * [data-calm][data-scope]: the worker that keeps the exercises for a day without a connection, on a device of the patient's
 * own. Their home asks for it once what is of the space itself is here and nobody has gone on: what they came for goes first.
 */
import { keeping } from "../offline/leaving.js";

const LATE_MS = 4_000;
const asks = /** @type {HTMLElement | null} */ (document.querySelector("[data-calm]"));

/** @param {HTMLElement} asking */
async function gather({ dataset: { calm = "", scope } }) {
  await navigator.serviceWorker.ready;
  await new Promise((done) => setTimeout(done, LATE_MS));
  await new Promise((done) => (globalThis.requestIdleCallback || setTimeout)(done));
  await keeping(async () => {
    const { installing } = await navigator.serviceWorker.register(calm, { scope });
    if (installing) await new Promise((done) => installing.addEventListener("statechange", done, { once: true })); // it keeps all, or nothing
  });
}

const connection = /** @type {{saveData?: boolean} | undefined} */ (/** @type {any} */ (navigator).connection);
if (asks && globalThis.isSecureContext && !connection?.saveData) gather(asks).catch(() => undefined); // a browser that keeps nothing

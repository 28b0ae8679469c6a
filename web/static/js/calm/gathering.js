// @ts-check
/**
 * [data-calm][data-scope]: the worker that keeps the exercises for a day without a connection, on a device of the patient's
 * own, where they do not ask it to save data. Their home asks for it late.
 */
import { keeping } from "../offline/leaving.js";

const asks = /** @type {HTMLElement | null} */ (document.querySelector("[data-calm]"));

/** @param {HTMLElement} asking */
async function gather({ dataset: { calm = "", scope } }) {
  await keeping(async () => {
    const { installing } = await navigator.serviceWorker.register(calm, { scope });
    if (installing) await new Promise((done) => installing.addEventListener("statechange", done, { once: true })); // it keeps all, or nothing
  });
}

const connection = /** @type {{saveData?: boolean} | undefined} */ (/** @type {any} */ (navigator).connection);
if (asks && globalThis.isSecureContext && !connection?.saveData) gather(asks).catch(() => undefined); // a browser that keeps nothing

// @ts-check
/** [data-held="address"]: shown where this device keeps that page and what opens it, in whatever language. */
/** @param {string} address */
async function held(address) {
  const [kept, by] = await Promise.all([caches.match(address, { ignoreSearch: true }), navigator.serviceWorker.getRegistration(address)]);
  return Boolean(kept && by?.active && new URL(by.scope).pathname === address);
}

for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-held]"))) {
  held(part.dataset.held || "").then((found) => { part.hidden = !found; }).catch(() => undefined); // a browser that keeps nothing
}

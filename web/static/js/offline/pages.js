// @ts-check
/** The worker that opens pages of a space without a connection, on a device of the patient's own. */
const SCOPE = "/me", EARLIER = "/me/"; // which left out the space's own address, and would go before

/** @param {string} worker  its address; rejects in a browser that has none */
export async function openOffline(worker) {
  await navigator.serviceWorker.register(worker, { scope: SCOPE });
  const all = await navigator.serviceWorker.getRegistrations();
  await Promise.all(all.filter(({ scope }) => new URL(scope).pathname === EARLIER).map((one) => one.unregister()));
}

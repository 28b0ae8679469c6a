// @ts-check
/// <reference lib="webworker" />
/**
 * Runs where a browser agreed to be told, served at /sw.js with its two sentences set at the end. A message carries
 * nothing, so it shows those alone; a press opens the page of its scope. It keeps nothing and answers no request.
 */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

let words = { title: "", body: "" };

worker.addEventListener("install", () => worker.skipWaiting());

worker.addEventListener("push", (event) => {
  const { title, body } = words;
  event.waitUntil(worker.registration.showNotification(title, { body, tag: "new", lang: "" }));
});

worker.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(worker.registration.scope));
});

/** The page that is open already, else a new one. @param {string} page */
async function open(page) {
  const windows = await worker.clients.matchAll({ type: "window", includeUncontrolled: true });
  const there = windows.find(({ url }) => url === page || url.startsWith(`${page}/`) || url.startsWith(`${page}?`));
  return there ? there.focus() : worker.clients.openWindow(page);
}

// @ts-check
/// <reference lib="webworker" />
/**
 * Answers for the pages of a safety plan where there is no network, served at /plan-worker.js: with a page that holds
 * nothing of anybody and opens what this device keeps sealed. Everything else goes its way.
 */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));
const SHELL = "/me/plan/offline";
const PATIENCE_MS = 8000;

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (event) => event.waitUntil(worker.clients.claim()));

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (request.mode === "navigate") event.respondWith(open(request));
  else if (pathname.startsWith("/static/")) event.respondWith(file(request));
});

/** The page itself; ours when the network is away or takes longer than somebody in need waits. @param {Request} request */
async function open(request) {
  const late = new Promise((done) => setTimeout(done, PATIENCE_MS));
  const answer = await Promise.race([fetch(request).catch(() => undefined), late]);
  return answer ?? (await caches.match(SHELL)) ?? fetch(request);
}

/** A file of ours never changes under its address. @param {Request} request */
async function file(request) {
  return (await caches.match(request)) ?? fetch(request);
}

// @ts-check
/// <reference lib="webworker" />
/**
 * Runs on a device of a patient's own, for the pages below /me/ alone, served at /me/worker.js with BUILD, PAGES and ELSE set
 * at the end; for the exercises and for the observation screen, which set OURS too, at addresses of their own. It keeps the pages of PAGES as they are without anybody's words, and the files they need; it shows them where
 * there is no connection. It never keeps what a page says of somebody, and answers nothing but what is named here.
 */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

let BUILD = "";
/** Address of a page, or that of all below it with '/' at its end -> the address of what is shown of it without a connection. @type {Record<string, string>} */
let PAGES = {};
/** What is shown of every other page without a connection. */
let ELSE = "";
let OURS = "parlour-own";
const AWAY = [502, 503, 504]; // what a proxy says while the server is away, and a server that is about to be
const name = () => `${OURS}-${BUILD}`;
const FILE = /(?:href|src)="(\/static\/[^"]+)"/g;
const IN_SHEET = /(?:url\(|@import )["']?([^"')]+)["']?/g;
const IN_MODULE = /(?:from|import)\s*["'](\.[^"']+)["']/g;

worker.addEventListener("install", (event) => event.waitUntil(gather().then(() => worker.skipWaiting())));
worker.addEventListener("activate", (event) => event.waitUntil(tidy().then(() => worker.clients.claim())));
worker.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== worker.location.origin) return;
  if (request.mode === "navigate") event.respondWith(page(request, keptOf(url.pathname)));
  else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

/** @param {string} path */
function keptOf(path) {
  const above = Object.keys(PAGES).find((one) => one.endsWith("/") && path.startsWith(one));
  return PAGES[path] || PAGES[above || ""] || ELSE;
}

/** @param {Request} request @param {string} kept */
async function page(request, kept) {
  try {
    const answer = await fetch(request);
    return AWAY.includes(answer.status) ? (await caches.match(kept)) || answer : answer;
  } catch (problem) {
    const found = await caches.match(kept);
    if (found) return found;
    throw problem;
  }
}

/** @param {Request} request */
async function file(request) {
  return (await caches.match(request)) || fetch(request);
}

async function tidy() {
  const names = await caches.keys();
  await Promise.all(names.filter((one) => one.startsWith(OURS) && one !== name()).map((one) => caches.delete(one)));
}

async function gather() {
  const cache = await caches.open(name());
  /** @type {Set<string>} */ const seen = new Set();
  for (const one of [ELSE, ...Object.values(PAGES)]) await take(cache, one, seen);
}

/** A page or file and all that it names. @param {Cache} cache @param {string} path @param {Set<string>} seen */
async function take(cache, path, seen) {
  if (seen.has(path)) return;
  seen.add(path);
  const answer = await fetch(path, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) throw new Error("this page is not kept");
  const kind = answer.headers.get("content-type") || "";
  await cache.put(path, answer.clone());
  const told = kind.includes("html") ? FILE : kind.includes("css") ? IN_SHEET : kind.includes("javascript") ? IN_MODULE : null;
  if (!told) return;
  const base = new URL(path, worker.location.origin);
  for (const [, found] of (await answer.text()).matchAll(told)) {
    const next = new URL(found, base);
    if (next.pathname.startsWith("/static/")) await take(cache, next.pathname, seen);
  }
}

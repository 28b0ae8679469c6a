// @ts-check
/// <reference lib="webworker" />
/**
 * Runs on a device of a patient's own, for /me and the pages below it alone, served at /me/worker.js with BUILD, PAGES and
 * ELSE set at the end; for the exercises and for the observation screen, which set OURS too, at addresses of their own. It
 * keeps the pages of PAGES as they are without anybody's words, and the files they need; it shows them where there is no
 * connection, or one that brings nothing. It never keeps what a page says of somebody, and answers nothing but what is named
 * here.
 */
const worker = /** @type {ServiceWorkerGlobalScope} */ (/** @type {unknown} */ (self));

let BUILD = "";
/** Address of a page, or that of all below it with '/' at its end -> the address of what is shown of it without a connection. @type {Record<string, string>} */
let PAGES = {};
/** What is shown of every other page without a connection. */
let ELSE = "";
let OURS = "parlour-own";
/** Whether ELSE is brought anew each time when a page was: whom it names to call changes, and so does the clinic of a device. */
let RENEWS = false;
const HELP = "/me/help";
const HELP_MS = 3_000; // so long a network may hang before help is the kept page
const PAGE_MS = 6_000; // and so long before any other page of PAGES is
const RENEW_MS = 3_600_000; // what is kept of help is brought anew so often: numbers, hours and words of a clinic change
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
  if (request.mode === "navigate" && within(url.pathname)) {
    const shown = page(request, url.pathname);
    event.respondWith(shown);
    event.waitUntil(shown.then(renew).catch(() => undefined)); // it lies here as it was
  } else if (url.pathname.startsWith("/static/")) event.respondWith(file(request));
});

/** A browser goes by how an address begins, and '/metrics' begins with '/me'. @param {string} path */
function within(path) {
  const at = new URL(worker.registration.scope).pathname.replace(/\/$/, "");
  return path === at || path.startsWith(`${at}/`);
}

/** From this worker's own cache: another one that is being filled, on a network that hangs, holds up nothing. @param {RequestInfo} asked */
const ours = (asked) => caches.match(asked, { cacheName: name() });

/** @param {string} path */
function keptOf(path) {
  const above = Object.keys(PAGES).find((one) => one.endsWith("/") && path.startsWith(one));
  return PAGES[path.replace(/\/$/, "")] || PAGES[above || ""];
}

/** @param {Request} request @param {string} path */
async function page(request, path) {
  const own = keptOf(path), kept = own || ELSE, brought = fetch(request);
  try {
    const answer = await (own ? inTime(brought, path === HELP ? HELP_MS : PAGE_MS) : brought);
    return AWAY.includes(answer.status) ? (await ours(kept)) || answer : answer;
  } catch {
    return (await ours(kept)) || brought;
  }
}

/** Rejects where it took too long. @template T @param {Promise<T>} done @param {number} most  ms @returns {Promise<T>} */
function inTime(done, most) {
  return Promise.race([done, new Promise((_, fail) => setTimeout(() => fail(new Error("the network hangs")), most))]);
}

/** By the clinic's clock: a device's may be wrong. @param {Response} answer  what was shown */
async function renew(answer) {
  const path = RENEWS ? ELSE : PAGES[HELP];
  if (!path || !(await caches.has(name()))) return;
  const cache = await caches.open(name()), kept = await cache.match(path);
  if (kept && (RENEWS ? answer.ok : dateOf(answer) - dateOf(kept) >= RENEW_MS)) await take(cache, path, new Set());
}

/** @param {Response} answer @returns {number}  ms; NaN where it says none */
const dateOf = ({ headers }) => Date.parse(headers.get("date") || "");

/** @param {Request} request */
async function file(request) {
  return (await ours(request)) || fetch(request);
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
  if (path.startsWith("/static/") && (await cache.match(path))) return; // its address changes with it
  const answer = await fetch(path, { credentials: "same-origin", priority: "low" });
  if (!answer.ok || answer.redirected) throw new Error("this page is not kept");
  const kind = answer.headers.get("content-type") || "";
  const told = kind.includes("html") ? FILE : kind.includes("css") ? IN_SHEET : kind.includes("javascript") ? IN_MODULE : null;
  const base = new URL(path, worker.location.origin), copy = answer.clone();
  for (const [, found] of told ? (await answer.text()).matchAll(told) : []) {
    const next = new URL(found, base);
    if (next.pathname.startsWith("/static/")) await take(cache, next.pathname, seen);
  }
  await cache.put(path, copy); // once all of it is here
}

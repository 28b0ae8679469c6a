// @ts-check
// One event stream for the whole page, whatever number of parts listen. An event is a topic, never content.

import { backOff } from "./timing.js";

/** @type {Map<string, Set<() => void>>} */
const ears = new Map();
/** @type {EventSource | null} */
let stream = null;
let opening = false;
let wasLost = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let silence;
const SPREAD_MS = 500;
const REFUSED_MS = 15000;
const MOST_MS = 300_000;
/** Signed out, not theirs any more, or not there any more. */
const GONE = [401, 403, 404, 410];
/** How often it was refused since it was open. */
let refusals = 0;
/** The server says something every second, and a browser has let go of an old network's connections by then. */
const SILENT_MS = 2200;
const OPENS_MS = 5000;
const PATIENT_MS = 20_000;
/** Longer after each silence: a server that has too much to do is not asked for more. */
let patience = SILENT_MS;

/**
 * Hear of changes of `topic` until `signal` aborts. When the stream is lost, and when it is back, everybody is told
 * once: they ask by themselves whether the server is still there, and something may have changed unheard.
 * @param {string} topic @param {() => void} changed @param {AbortSignal} signal
 */
export function listen(topic, changed, signal) {
  const known = ears.get(topic);
  if (known) known.add(changed);
  else {
    ears.set(topic, new Set([changed]));
    open();
  }
  signal.addEventListener("abort", () => {
    ears.get(topic)?.delete(changed);
    queueMicrotask(rest);
  });
}

/** Nobody listens any more, and nobody took their place in the same moment. */
function rest() {
  if ([...ears.values()].some((heard) => heard.size)) return;
  ears.clear();
  clearTimeout(silence);
  stream?.close();
}

/** Parts of one page connect one after the other: open the stream when they are all here. */
function open() {
  if (opening) return;
  opening = true;
  queueMicrotask(() => {
    opening = false;
    stream?.close();
    if (!ears.size) return;
    stream = new EventSource(address());
    stream.addEventListener("changed", (event) => tell(JSON.parse(event.data).topic));
    for (const sign of ["open", "changed", "beat"]) stream.addEventListener(sign, alive);
    stream.addEventListener("beat", () => { patience = Math.max(SILENT_MS, patience / 2); });
    stream.addEventListener("error", lost);
    stream.addEventListener("open", () => {
      if (wasLost) everybody();
      if (refusals) said(false);
      wasLost = false;
      refusals = 0;
    });
    alive();
  });
}

function address() {
  return `/live?${new URLSearchParams([...ears.keys()].map((topic) => ["topic", topic]))}`;
}

function lost() {
  clearTimeout(silence);
  if (!wasLost) setTimeout(everybody, SPREAD_MS * Math.random());
  wasLost = true;
  // A browser comes back by itself to a stream that broke, and never to one that was refused: by a proxy whose
  // server starts anew, or because too many are open.
  if (stream?.readyState === EventSource.CLOSED) setTimeout(again, backOff(refusals, { first: 2 * REFUSED_MS, most: MOST_MS }));
}

/** Once it was refused twice it is asked why: a page that is open to nobody any more stops, and says so. */
async function again() {
  refusals += 1;
  if (refusals > 1 && (await isGone())) end();
  else open();
}

/** Whether the server answers, and will not let this page listen however often it asks. */
async function isGone() {
  const asked = new AbortController();
  const answer = await fetch(address(), { headers: { accept: "text/event-stream" }, signal: asked.signal }).catch(() => null);
  asked.abort();
  return Boolean(answer && GONE.includes(answer.status));
}

/** Nothing is asked any more until somebody looks at the page again. [data-live-ended] of the page has the words. */
function end() {
  said(true);
  globalThis.dispatchEvent?.(new Event("live-ended"));
  globalThis.document?.addEventListener("visibilitychange", () => {
    refusals = 1;
    if (ears.size) open();
  }, { once: true });
}

/** @param {boolean} ended */
function said(ended) {
  const words = globalThis.document?.querySelector("[data-live-ended]");
  if (words) /** @type {HTMLElement} */ (words).hidden = !ended;
}

/**
 * On another network a stream may die without a word, and the browser waits for it. The page is told by `path-lost`.
 * @param {Event} [sign]  of life; without, it is just being opened
 */
function alive(sign) {
  clearTimeout(silence);
  silence = setTimeout(() => {
    patience = Math.min(PATIENT_MS, 1.5 * patience);
    globalThis.dispatchEvent?.(new Event("path-lost"));
    everybody();
    wasLost = true;
    open();
  }, sign || wasLost ? patience : Math.max(patience, OPENS_MS));
}

function everybody() {
  for (const topic of ears.keys()) tell(topic);
}

/** @param {string} topic */
function tell(topic) {
  for (const changed of ears.get(topic) ?? []) changed();
}

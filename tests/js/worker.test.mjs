import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const source = await readFile(new URL("../../web/static/js/worker/own.js", import.meta.url), "utf8");
let number = 0;
/** @type {Promise<any>} what the worker goes on with once it has answered */ let last;

/** The worker with some pages kept, and a network that answers as told. @param {(asked: any) => Promise<any>} network @param {string} scope */
async function worker(network, scope = "https://clinic/") {
  /** @type {Record<string, (event: any) => void>} */ const heard = {};
  const globals = /** @type {any} */ (globalThis);
  globals.self = { addEventListener: (/** @type {string} */ name, /** @type {any} */ does) => (heard[name] = does), location: { origin: "https://clinic" }, registration: { scope } };
  /** @type {Record<string, any>} */ const kept = { "/away": "the kept page", "/asked": "the kept questions", "/help": page("the kept help", 0) };
  const cache = { match: async (/** @type {string} */ path) => kept[path], put: async (/** @type {string} */ path, /** @type {any} */ answer) => void (kept[path] = answer) };
  globals.caches = { ...cache, has: async () => true, open: async () => cache };
  globals.fetch = network;
  await import(`data:text/javascript,${encodeURIComponent(`${source}\nPAGES = { "/me/asked/": "/asked", "/me/help": "/help", "/me": "/away" };\nELSE = "/away";//${number++}`)}`);
  return (/** @type {Partial<Request>} */ asked) => {
    let answer;
    last = Promise.resolve();
    const request = { method: "GET", mode: "navigate", url: "https://clinic/staff/observing", ...asked };
    heard.fetch({ request, respondWith: (/** @type {any} */ said) => (answer = said), waitUntil: (/** @type {any} */ work) => (last = work) });
    return answer;
  };
}

/** An answer of the clinic's, at so many minutes of its clock. @param {string} words @param {number} minutes */
function page(words, minutes) {
  return new Response(words, { headers: { "content-type": "text/html", date: new Date(Date.UTC(2026, 2, 12, 9, minutes)).toUTCString() } });
}

test("a page that the network does not bring is the kept one, and one that it brings is never that", async () => {
  const lost = await worker(async () => { throw new TypeError("no network"); });
  assert.equal(await lost({}), "the kept page");
  for (const status of [502, 503, 504]) assert.equal(await (await worker(async () => ({ status })))({}), "the kept page", String(status));
  for (const status of [200, 404, 500]) assert.deepEqual(await (await worker(async () => ({ status })))({}), { status });
});

test("what is sent, and what is of another house, goes its own way", async () => {
  const asks = await worker(async () => ({ status: 200 }));
  assert.equal(asks({ method: "POST" }), undefined);
  assert.equal(asks({ url: "https://elsewhere/staff/observing" }), undefined);
  assert.equal(asks({ mode: "cors", url: "https://clinic/me/standing" }), undefined);
});

test("one page is kept for all below an address that ends with a stroke", async () => {
  const lost = await worker(async () => { throw new TypeError("no network"); });
  assert.equal(await lost({ url: "https://clinic/me/asked/somebody/gad7" }), "the kept questions");
  assert.equal(await lost({ url: "https://clinic/me/asked" }), "the kept page");
});

test("a network that hangs is given up soon for help, later for what is kept of a page itself, and never for another", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const hangs = await worker(() => new Promise(() => undefined));
  const shown = (/** @type {string} */ path) => {
    /** @type {any} */ let found = null;
    const answer = hangs({ url: `https://clinic${path}` });
    Promise.resolve(answer).then((one) => (found = one));
    return async (/** @type {number} */ ms) => {
      mock.timers.tick(ms);
      await new Promise((done) => setImmediate(done));
      return found instanceof Response ? found.clone().text() : found;
    };
  };
  const help = shown("/me/help");
  assert.equal(await help(2_900), null);
  assert.equal(await help(200), "the kept help");
  for (const path of ["/me", "/me/"]) {
    const home = shown(path);
    assert.equal(await home(5_900), null);
    assert.equal(await home(200), "the kept page", path);
  }
  assert.equal(await shown("/me/record/export")(600_000), null);
});

test("an answer that was slow and in time is shown, and so is one of a page that is not kept after all", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  /** @type {(answer: any) => void} */ let bring = () => undefined;
  const slow = await worker(() => new Promise((done) => (bring = done)));
  const help = slow({ url: "https://clinic/me/help" });
  mock.timers.tick(2_900);
  bring({ status: 303 });
  assert.deepEqual(await help, { status: 303 });
  /** @type {any} */ (globalThis).caches.match = async () => undefined;
  const none = slow({ url: "https://clinic/me/help" });
  mock.timers.tick(3_100);
  bring({ status: 303 });
  assert.deepEqual(await none, { status: 303 });
});

test("it answers for its own pages, not for all whose address begins like theirs", async () => {
  const asks = await worker(async () => ({ status: 200 }), "https://clinic/me");
  for (const path of ["/metrics", "/meeting/one", "/"]) assert.equal(asks({ url: `https://clinic${path}` }), undefined, path);
  for (const path of ["/me", "/me?notice=open", "/me/", "/me/mood"]) assert.deepEqual(await asks({ url: `https://clinic${path}` }), { status: 200 }, path);
});

test("help that is kept is brought anew once it is an hour old by the clinic's clock, whatever page was opened", async () => {
  /** @type {string[]} */ const asked = [];
  let minutes = 59;
  const asks = await worker(async (/** @type {any} */ one) => {
    if (typeof one === "string") asked.push(one);
    return page(typeof one === "string" ? "the new help" : "home", minutes);
  });
  const { caches } = /** @type {any} */ (globalThis), kept = async () => (await caches.match("/help")).clone().text();
  await asks({ url: "https://clinic/me" });
  await last;
  assert.deepEqual([await kept(), asked], ["the kept help", []]);
  minutes = 60;
  await asks({ url: "https://clinic/me" });
  await last;
  assert.deepEqual([await kept(), asked], ["the new help", ["/help"]]);
  await asks({ url: "https://clinic/me/mood" });
  await last;
  assert.deepEqual(asked, ["/help"], "not again at once");
});

test("help that could not be brought stays as it was kept", async () => {
  const asks = await worker(async (/** @type {any} */ one) => (typeof one === "string" ? new Response("gone", { status: 404 }) : page("home", 90)));
  await asks({ url: "https://clinic/me" });
  await last;
  assert.equal(await (await /** @type {any} */ (globalThis).caches.match("/help")).text(), "the kept help");
});

test("a page that says whom to call is brought anew whenever another one was, and not where none was", async () => {
  /** @type {Record<string, any>} */ const kept = { "/away": page("the numbers of before", 0) };
  const cache = { match: async (/** @type {string} */ path) => kept[path], put: async (/** @type {string} */ path, /** @type {any} */ answer) => void (kept[path] = answer) };
  const globals = /** @type {any} */ (globalThis), heard = /** @type {Record<string, (event: any) => void>} */ ({});
  globals.self = { addEventListener: (/** @type {string} */ name, /** @type {any} */ does) => (heard[name] = does), location: { origin: "https://clinic" }, registration: { scope: "https://clinic/" } };
  globals.caches = { ...cache, has: async () => true, open: async () => cache };
  let network = false;
  globals.fetch = async (/** @type {any} */ asked) => {
    if (!network) throw new TypeError("no network");
    return asked === "/away" ? page("the numbers of now", 1) : page("the screen", 1);
  };
  await import(`data:text/javascript,${encodeURIComponent(`${source}\nRENEWS = true;\nELSE = "/away";//renews`)}`);
  const opens = async () => {
    let after = Promise.resolve();
    heard.fetch({ request: { method: "GET", mode: "navigate", url: "https://clinic/staff/observing" }, respondWith: () => undefined, waitUntil: (/** @type {any} */ work) => (after = work) });
    await after;
    return kept["/away"].clone().text();
  };
  assert.equal(await opens(), "the numbers of before");
  network = true;
  assert.equal(await opens(), "the numbers of now");
});

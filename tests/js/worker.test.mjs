import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";

const source = await readFile(new URL("../../web/static/js/worker/own.js", import.meta.url), "utf8");
let number = 0;

/** The worker with one page kept, and a network that answers as told. @param {() => Promise<any>} network */
async function worker(network) {
  /** @type {Record<string, (event: any) => void>} */ const heard = {};
  const globals = /** @type {any} */ (globalThis);
  globals.self = { addEventListener: (/** @type {string} */ name, /** @type {any} */ does) => (heard[name] = does), location: { origin: "https://clinic" } };
  globals.caches = { match: async (/** @type {string} */ path) => ({ "/away": "the kept page", "/asked": "the kept questions" })[path] };
  globals.fetch = network;
  await import(`data:text/javascript,${encodeURIComponent(`${source}\nPAGES = { "/me/asked/": "/asked" };\nELSE = "/away";//${number++}`)}`);
  return (/** @type {Partial<Request>} */ asked) => {
    let answer;
    heard.fetch({ request: { method: "GET", mode: "navigate", url: "https://clinic/staff/observing", ...asked }, respondWith: (/** @type {any} */ said) => (answer = said) });
    return answer;
  };
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

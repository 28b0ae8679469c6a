// What is observed on a device that sleeps, is full, or is that of two clinics.
import assert from "node:assert/strict";
import { test } from "node:test";
import { openAwake } from "../../web/static/js/call/awake.js";
import { stayAwake } from "../../web/static/js/observing/awake.js";
import { countWaiting, openKeeping, pressesIn } from "../../web/static/js/observing/keeping.js";
import { openTime } from "../../web/static/js/observing/time.js";
import { openQueue } from "../../web/static/js/offline/queue.js";
import { openSealed } from "../../web/static/js/offline/sealed.js";

const MINUTE = 60_000;

/** A page whose clocks go as they are told. */
function device() {
  const at = { steady: 500, wall: 9_000_000 };
  const time = openTime(1_000_000, () => at.steady, () => at.wall);
  return { at, time, went: () => time.now() - 1_000_000, goes: (/** @type {number} */ ms, awake = ms) => { at.wall += ms; at.steady += awake; } };
}

test("the clock goes on while the device sleeps, and one on the wall that is set back changes nothing", () => {
  const { at, went, goes } = device();
  goes(MINUTE);
  assert.equal(went(), MINUTE);
  goes(10 * MINUTE, 0);
  assert.equal(went(), 11 * MINUTE, "it slept for ten");
  at.wall -= 5 * MINUTE;
  assert.equal(went(), 11 * MINUTE);
  goes(MINUTE);
  assert.equal(went(), 12 * MINUTE);
});

test("what the clinic says counts, except an answer of a slow network", () => {
  const { at, time, went } = device();
  time.hear(1_000_000 + 3 * MINUTE);
  assert.equal(went(), 3 * MINUTE);
  time.hear(1_000_000 + 3 * MINUTE - 8_000);
  assert.equal(went(), 3 * MINUTE, "it was on its way for long");
  at.wall += 60 * MINUTE; // set forward by hand
  assert.equal(went(), 63 * MINUTE);
  time.hear(1_000_000 + 3 * MINUTE);
  assert.equal(went(), 3 * MINUTE);
  for (const nothing of [NaN, 0]) time.hear(nothing);
  assert.equal(went(), 3 * MINUTE);
});

test("the screen stays on while somebody is observed, and is asked for again once the page is seen", async () => {
  const page = Object.assign(new EventTarget(), { hidden: false }), locks = /** @type {any[]} */ ([]);
  const wakeLock = { request: async () => locks[locks.push(Object.assign(new EventTarget(), { async release() { this.dispatchEvent(new Event("release")); locks.pop(); } })) - 1] };
  let there = false;
  const awake = stayAwake(/** @type {any} */ ({ querySelector: () => there || null }), openAwake(/** @type {any} */ ({ wakeLock }), /** @type {any} */ (page)));
  const settled = () => new Promise((done) => { setImmediate(done); });
  awake.look();
  await settled();
  assert.equal(locks.length, 0, "nobody is observed");
  there = true;
  awake.look();
  await settled();
  assert.equal(locks.length, 1);
  await locks[0].release(); // the browser lets go when the page is hidden
  page.dispatchEvent(new Event("visibilitychange"));
  await settled();
  assert.equal(locks.length, 1);
  there = false;
  awake.look();
  await settled();
  assert.equal(locks.length, 0);
});

/** @param {{full?: boolean}} [how] */
function shelfOf(how = {}) {
  /** @type {Map<string, any>} */ const kept = new Map();
  return {
    kept,
    how,
    read: async (/** @type {string} */ key) => kept.get(key),
    put: async (/** @type {string} */ key, /** @type {any} */ value, /** @type {(old: any) => boolean} */ keep) => {
      if (kept.has(key) && keep(kept.get(key))) return kept.get(key);
      if (how.full) throw new DOMException("no room", "QuotaExceededError");
      kept.set(key, value);
      return value;
    },
    drop: async (/** @type {(key: string, value: any) => boolean} */ of) => { for (const [key, value] of [...kept]) if (of(key, value)) kept.delete(key); },
    names: async () => [...kept.keys()],
  };
}
/** @param {any} kept @param {any} send */
const queueOf = (kept, send = async () => "kept") => openQueue({ docs: kept.docs, send });
const URL = "/staff/patients/p/courses/c/observing/seizure";

test("who signs in at another clinic on the same device loses none of what waits there, and is told of it", async () => {
  const shelf = shelfOf(), linden = await openKeeping({ whose: "linden", who: "mara", shelf });
  await queueOf(linden).add("1", URL, [["once", "1"]]);
  assert.equal(await linden.others(), false);
  const harbour = await openKeeping({ whose: "harbour", who: "vera", shelf });
  assert.deepEqual(await queueOf(harbour).waiting(), []);
  assert.equal(await harbour.others(), true);
  await queueOf(harbour).add("2", URL, [["once", "2"]]);
  assert.equal(await countWaiting(shelf), 2);
  assert.deepEqual((await pressesIn(shelf)).map(([event]) => event), ["seizure", "seizure"]);
  const again = await openKeeping({ whose: "linden", who: "mara", shelf });
  assert.deepEqual((await queueOf(again).waiting()).map(({ id }) => id), ["1"]);
});

test("what lay there from before there were several clinics is still that of its owner", async () => {
  const shelf = shelfOf();
  await openSealed({ whose: "linden", shelf }).put("mara/waits:1", { id: "1", url: URL, fields: [], at: 5 });
  await openKeeping({ whose: "harbour", who: "vera", shelf });
  const linden = await openKeeping({ whose: "linden", who: "mara", shelf });
  assert.deepEqual((await queueOf(linden).waiting()).map(({ id }) => id), ["1"]);
});

test("what a full device does not take is sent at once all the same, and the page says what lies in it alone", async () => {
  const shelf = shelfOf(), kept = await openKeeping({ whose: "linden", who: "mara", shelf }), sent = /** @type {string[]} */ ([]);
  let network = false;
  const queue = queueOf(kept, async (/** @type {string} */ url) => {
    if (!network) throw new Error("no connection");
    return sent.push(url) && "sent";
  });
  await queue.add("1", `${URL}/1`, []);
  shelf.how.full = true;
  assert.equal(await kept.keeps(), true);
  await queue.add("2", `${URL}/2`, []);
  assert.equal(await kept.keeps(), false);
  assert.equal(await queue.flush(), "kept");
  assert.deepEqual((await queue.waiting()).map(({ id }) => id), ["1", "2"]);
  shelf.drop = async () => { throw new DOMException("no room", "QuotaExceededError"); };
  network = true;
  assert.equal(await queue.flush(), "sent");
  assert.deepEqual(sent, [`${URL}/1`, `${URL}/2`]);
  assert.deepEqual(await queue.waiting(), [], "what cannot be deleted is not sent for ever");
  assert.equal(await kept.keeps(), true);
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { inMemory } from "../../web/static/js/offline/memory.js";
import { freshId, isPress, ofOne, pressesIn } from "../../web/static/js/observing/keeping.js";
import { levelOf, numberOf } from "../../web/static/js/observing/level.js";
import { byHand, neverOf, offOf, saidIn } from "../../web/static/js/observing/never.js";
import { nextOf } from "../../web/static/js/observing/plan.js";
import { openQueue } from "../../web/static/js/offline/queue.js";
import { openSealed } from "../../web/static/js/offline/sealed.js";

const MINUTE = 60_000;
/** Readings at 40 and 70, three minutes early at most, late after five. @type {import("../../web/static/js/observing/plan.js").Planned[]} */
const PLAN = [[37, 40, 45], [67, 70, 75]].map((one) => /** @type {any} */ (one.map((minute) => minute * MINUTE)));
const at = (/** @type {number} */ minute, taken = /** @type {number[]} */ ([])) => nextOf(PLAN, taken.map((one) => one * MINUTE), minute * MINUTE);

test("the next reading is ahead, due, late, and passes when the time of the one after it begins", () => {
  const stands = [36.9, 37, 45, 45.1, 66.9].map((minute) => at(minute)?.stand);
  assert.deepEqual(stands, ["ahead", "due", "due", "late", "late"]);
  assert.equal(at(67)?.at, 70 * MINUTE);
  assert.equal(at(500)?.stand, "late", "the last one is open until it is taken");
});

test("a reading that the clinic has not heard of counts where it was taken", () => {
  assert.equal(at(41, [38])?.at, 70 * MINUTE);
  assert.equal(at(41, [36])?.at, 40 * MINUTE, "it was too early for the plan");
  assert.equal(at(71, [38, 70]), null);
  assert.equal(nextOf([], [], 0), null);
});

test("an answer comes to amber and red at the very value, with a comma too", () => {
  /** @type {import("../../web/static/js/observing/level.js").Condition[]} */
  const upper = [["review", null, 160, null, []], ["stop", null, 180, null, []]];
  assert.deepEqual(["", "159,9", "160", "179.9", "180", "a", "180x"].map((text) => levelOf(upper, text)), ["clear", "clear", "review", "review", "stop", "clear", "clear"]);
  /** @type {import("../../web/static/js/observing/level.js").Condition[]} */
  const oxygen = [["review", 94, null, null, []], ["stop", 90, null, null, []]];
  assert.deepEqual(["94", "93", "90", "89"].map((text) => levelOf(oxygen, text)), ["clear", "review", "review", "stop"]);
  assert.deepEqual(["2", "2,5", "3"].map((text) => levelOf([["stop", null, null, 2, []]], text)), ["clear", "stop", "stop"]);
  assert.equal(levelOf([["stop", null, null, null, ["none"]]], "none"), "stop");
  assert.equal(numberOf("12,5"), 12.5);
  assert.deepEqual(["٣٦٫٦", "۱۲۰", "१२०", "３６．６", "0", "٠", "kg"].map(numberOf), [36.6, 120, 120, 36.6, 0, 0, null]);
});

test("of one person's readings nobody else's are sent", async () => {
  const device = inMemory();
  /** @type {string[]} */ const sent = [];
  const queue = (/** @type {string} */ who) => openQueue({ docs: ofOne(device, who), send: async (url) => { sent.push(url); return "sent"; } });
  await queue("mara").add("1", "/a", []);
  await queue("vera").add("2", "/b", []);
  assert.equal(await queue("mara").flush(), "sent");
  assert.deepEqual(sent, ["/a"]);
  assert.deepEqual((await queue("vera").waiting()).map(({ id }) => id), ["2"]);
  assert.deepEqual(await device.names("mara/"), []);
});

test("an id is one that the server takes, and another each time", () => {
  const ids = new Set(Array.from({ length: 500 }, freshId));
  assert.equal(ids.size, 500);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("a press is told from a reading of the same course and from the press of another one", () => {
  const card = { course: "c1", event: "seizure" };
  const found = ["/courses/c1/observing/seizure", "/courses/c1/observing/vitals", "/courses/c2/observing/seizure", "/courses/c1/observing/seizure/1"];
  assert.deepEqual(found.map((url) => isPress(`https://linden.example/staff/patients/p${url}`, card)), [true, false, false, false]);
});

test("what waits as a press is found with its time, whoever pressed, and nothing where nobody did", async () => {
  /** @type {Map<string, any>} */ const lies = new Map();
  /** @type {import("../../web/static/js/lib/shelf.js").Shelf} */
  const shelf = {
    read: async (key) => lies.get(key),
    put: async (key, value, keep) => {
      const old = lies.get(key);
      if (old !== undefined && keep(old)) return old;
      lies.set(key, value);
      return value;
    },
    names: async () => [...lies.keys()],
    drop: async (of) => { for (const [key, value] of [...lies]) if (of(key, value)) lies.delete(key); },
  };
  assert.deepEqual(await pressesIn(shelf), []);
  assert.equal(lies.size, 0, "looking makes no key");
  const docs = openSealed({ whose: "linden", shelf });
  const takes = async (/** @type {string} */ who, /** @type {string} */ id, /** @type {string} */ what, /** @type {number} */ at) =>
    openQueue({ docs: ofOne(docs, who), send: async () => "kept", now: () => at }).add(id, `/courses/c/observing/${what}`, []);
  await takes("vera", "2", "seizure", 2000);
  await takes("mara", "1", "seizure", 1000);
  await takes("mara", "3", "vitals", 500);
  await ofOne(docs, "mara").put("draft:c", [["q-pulse", "70"]]);
  assert.deepEqual(await pressesIn(shelf), [["vitals", 500], ["seizure", 1000], ["seizure", 2000]]);
});

const OLD = { never: "old", base: "/staff/patients/p/courses/c1", key: ["vitals", 3, 5], said: [["Upper pressure", "186 mmHg"]] };
/** @param {any} [more] @returns {import("../../web/static/js/offline/queue.js").Waiting} */
const held = (more) => ({ id: "7", url: "https://linden.example/staff/patients/p/courses/c1/observing/vitals", fields: [["once", "7"], ["q-systolic", "186"]], at: 1_000, ...more });

test("what the clinic never keeps says why, and leads to where it is written in by hand", () => {
  assert.deepEqual([held({ told: OLD, why: "refused" }), held({ why: "apart" }), held({ why: "refused" })].map(neverOf), ["old", "gone", "mend"]);
  assert.equal(byHand(held({ told: OLD })), "/staff/patients/p/courses/c1/steps/vitals/3/5#held-7");
  assert.equal(byHand(held({ told: { ...OLD, key: undefined } })), "");
  assert.deepEqual(saidIn(held({ told: OLD })), [["Upper pressure", "186 mmHg"]]);
  assert.deepEqual(saidIn(held()), [["systolic", "186"]]);
});

test("it is taken off with all that it says, its age and a reason", () => {
  const sent = Object.fromEntries(offOf(held({ told: OLD }), "On paper too.", 61_000));
  assert.deepEqual(sent, { once: "7", course: "c1", step: "vitals", never: "old", ago: "60", reason: "On paper too.", "q-systolic": "186" });
});

test("what was said of one that was not taken lies beside it until it is tried again", async () => {
  const docs = inMemory(), never = new Map([["1", OLD]]);
  const queue = openQueue({ docs, send: async () => "refused", toldOf: (id) => never.get(id) });
  await queue.add("1", "/a", []);
  await queue.flush();
  assert.deepEqual((await queue.refused()).map(({ told }) => told?.never), ["old"]);
  await queue.again("1");
  assert.deepEqual((await queue.waiting()).map(({ told, why }) => [told, why]), [[undefined, undefined]]);
  never.clear();
  await queue.flush();
  await queue.aside("1", { never: "mend" });
  assert.deepEqual((await queue.refused()).map(({ told }) => told?.never), ["mend"]);
});

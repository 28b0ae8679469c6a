// What a tab kept is dropped when somebody leaves at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseToLeave, drop, leavesNothing } from "../../web/static/js/lib/dropping.js";

function browser(listed) {
  const gone = [];
  const kept = new Map([["note:1", "words"]]);
  const shelves = { deleteDatabase: (name) => gone.push(name) };
  if (listed) shelves.databases = async () => listed.map((name) => ({ name }));
  return { gone, kept, passing: { clear: () => kept.clear() }, shelves };
}

test("what lies in the tab and every store of these pages is dropped", async () => {
  const { gone, kept, passing, shelves } = browser(["parlour", "journal"]);
  await drop(passing, shelves);
  assert.equal(kept.size, 0);
  assert.deepEqual(gone, ["parlour", "journal"]);
});

test("a browser that does not list its stores drops the one that is known", async () => {
  const { gone, passing, shelves } = browser(null);
  assert.deepEqual(await drop(passing, shelves), ["parlour"]);
  assert.deepEqual(gone, ["parlour"]);
});

test("a browser that keeps nothing leaves all the same", async () => {
  const refuses = { clear: () => { throw new Error("not here"); } };
  assert.deepEqual(await drop(refuses, undefined), []);
});

test("what waits sealed to be sent stays, unless nothing is to stay; what is the clinic's stays always", async () => {
  const stores = ["parlour", "parlour-own", "parlour-observing"];
  const one = browser(stores), other = browser(stores);
  await drop(one.passing, one.shelves);
  assert.deepEqual(one.gone, ["parlour"]);
  await drop(other.passing, other.shelves, true);
  assert.deepEqual(other.gone, ["parlour", "parlour-own"]);
  const silent = browser(null);
  assert.deepEqual(await drop(silent.passing, silent.shelves, true), ["parlour", "parlour-own"]);
});

test("the choice is of this device, and without one everything sealed stays", () => {
  const lies = new Map();
  const kept = /** @type {any} */ ({ getItem: (name) => lies.get(name) ?? null, setItem: (name, value) => lies.set(name, value), removeItem: (name) => lies.delete(name) });
  assert.equal(leavesNothing(kept), false);
  chooseToLeave(true, kept);
  assert.equal(leavesNothing(kept), true);
  chooseToLeave(false, kept);
  assert.deepEqual([leavesNothing(kept), lies.size], [false, 0]);
  assert.equal(leavesNothing(/** @type {any} */ ({ getItem: () => { throw new Error("not here"); } })), false);
});

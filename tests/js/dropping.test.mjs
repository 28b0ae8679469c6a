// What a tab kept is dropped when somebody leaves at once.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drop } from "../../web/static/js/lib/dropping.js";

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

// What a page takes along when a note is signed.
import assert from "node:assert/strict";
import { test } from "node:test";

import { carried } from "../../web/static/js/record/carried.js";

const section = (key, value, version) => ({
  dataset: { section: key }, value, form: { elements: { namedItem: () => version === undefined ? null : { value: version } } },
});

test("every section comes with its words and the version they were written over", () => {
  const sheet = { querySelectorAll: () => [section("subjective", "Sleeps.", "2"), section("plan", "", undefined)] };
  assert.deepEqual(carried(sheet), [
    ["text_subjective", "Sleeps."], ["version_subjective", "2"], ["text_plan", ""], ["version_plan", "0"],
  ]);
});

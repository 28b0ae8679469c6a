// What a clinic recorded, on a device of somebody's own: within a limit, and never longer than the clinic keeps it.
import assert from "node:assert/strict";
import { test } from "node:test";

import { openSounds } from "../../web/static/js/calm/kept-sounds.js";

/** Caches as browsers have them: names in the order in which they came. */
function cachesHere() {
  const kept = new Map();
  const address = (asked) => (typeof asked === "string" ? asked : asked.url);
  const cache = {
    keys: async () => [...kept.keys()].map((url) => ({ url })),
    match: async (asked) => kept.get(address(asked))?.clone(),
    put: async (asked, answer) => void kept.delete(address(asked)) || void kept.set(address(asked), answer),
    delete: async (asked) => kept.delete(address(asked)),
  };
  return { kept, open: async () => cache };
}

const sound = (bytes) => new Blob([new Uint8Array(bytes)], { type: "audio/wav" });

test("a recording comes back as it was, and one that is not there is nothing", async () => {
  const sounds = openSounds(cachesHere(), 100);
  assert.equal(await sounds.put("/a", sound(10)), true);
  const blob = await sounds.get("/a");
  assert.deepEqual([blob.size, blob.type], [10, "audio/wav"]);
  assert.equal(await sounds.get("/b"), null);
});

test("what was kept first gives way, and what is larger than all is not kept", async () => {
  const here = cachesHere(), sounds = openSounds(here, 100);
  await sounds.newest("/sit", { at: "1", sounds: {} });
  for (const name of ["/a", "/b", "/c"]) await sounds.put(name, sound(40));
  assert.deepEqual([...here.kept.keys()], ["/sit?sounds", "/b", "/c"]);
  assert.equal(await sounds.put("/d", sound(101)), false);
  assert.equal(await sounds.put("/e", sound(100)), true);
  assert.deepEqual([...here.kept.keys()], ["/sit?sounds", "/e"]);
});

test("a page that was kept before hears of what was recorded since, and what was taken away is kept no more", async () => {
  const sounds = openSounds(cachesHere(), 100);
  await sounds.newest("/sit", { at: "2026-03-12T08:00", sounds: { whole: "/a" } });
  await sounds.put("/a", sound(10));
  assert.deepEqual(await sounds.newest("/sit", { at: "2026-03-12T09:00", sounds: { whole: "/b" } }), { whole: "/b" });
  assert.equal(await sounds.get("/a"), null);
  assert.deepEqual(await sounds.newest("/sit", { at: "2026-03-01T08:00", sounds: {} }), { whole: "/b" });
});

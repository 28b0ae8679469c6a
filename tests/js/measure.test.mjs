// Questions of a measure: which are put, and that an answer on its way is neither lost nor doubled.
import assert from "node:assert/strict";
import { test } from "node:test";

import { asked, beside, open } from "../../web/static/js/measure/order.js";
import { freshId, outgoing, pause } from "../../web/static/js/measure/outgoing.js";
import { sender } from "../../web/static/js/measure/sender.js";

const ITEMS = [{ id: "a" }, { id: "b" }, { id: "c", when: { items: ["a", "b"], least: 1 } }];
const ids = (items) => items.map(({ id }) => id);

test("a question that depends on others is put once one of them is answered high enough", () => {
  assert.deepEqual(ids(asked(ITEMS, {})), ["a", "b"]);
  assert.deepEqual(ids(asked(ITEMS, { a: 0, b: 0 })), ["a", "b"]);
  assert.deepEqual(ids(asked(ITEMS, { b: 1 })), ["a", "b", "c"]);
});

test("open are those that are put and have no answer", () => {
  assert.equal(open(ITEMS, {}), 2);
  assert.equal(open(ITEMS, { a: 0, b: 2 }), 1);
  assert.equal(open(ITEMS, { a: 0, b: 0 }), 0);
});

test("one goes from question to question over those that are not put", () => {
  assert.equal(beside(ITEMS, {}, "a")?.id, "b");
  assert.equal(beside(ITEMS, {}, "b"), null);
  assert.equal(beside(ITEMS, { a: 1 }, "b")?.id, "c");
  assert.equal(beside(ITEMS, { a: 1 }, "c", -1)?.id, "b");
  assert.equal(beside(ITEMS, {}, "a", -1), null);
});

const one = (item, value, number) => ({ item, value, number });

test("one answer flies at a time, in order", () => {
  const queue = outgoing();
  queue.put(one("a", 1, 1));
  queue.put(one("b", 2, 1));
  assert.equal(queue.take()?.item, "a");
  assert.equal(queue.take(), null);
  queue.settle("sent");
  assert.equal(queue.take()?.item, "b");
  queue.settle("sent");
  assert.equal(queue.size, 0);
  assert.equal(queue.take(), null);
});

test("what got no answer is sent again under the same number", () => {
  const queue = outgoing();
  queue.put(one("a", 1, 1));
  const sent = queue.take();
  queue.settle("kept");
  assert.deepEqual(queue.take(), sent);
});

test("a later choice takes the place of one that waits, and follows one that flies", () => {
  const queue = outgoing();
  queue.put(one("a", 1, 1));
  queue.take();
  queue.put(one("a", 2, 2));
  queue.settle("sent");
  assert.deepEqual(queue.take(), one("a", 2, 2));
  queue.settle("sent");
  assert.equal(queue.size, 0);
});

test("where another page was faster, this one gives way", () => {
  const queue = outgoing();
  queue.put(one("a", 1, 1));
  queue.take();
  queue.put(one("a", 2, 2));
  queue.settle("overtaken");
  assert.equal(queue.size, 0);
});

const loud = (item, value, number) => ({ ...one(item, value, number), loud: true });

test("what speaks of danger goes though it was changed before it did, and though another page was faster", () => {
  const queue = outgoing();
  queue.put(one("b", 1, 1));
  queue.take();
  queue.put(loud("a", 3, 1));
  queue.put(one("a", 1, 2));
  queue.put(one("a", 0, 3));
  queue.settle("sent");
  assert.deepEqual(queue.all(), [loud("a", 3, 1), one("a", 0, 3)]);
  assert.deepEqual(queue.take(), loud("a", 3, 1));
  queue.put(loud("a", 2, 4));
  queue.settle("overtaken");
  assert.deepEqual(queue.all(), [loud("a", 2, 4)]);
  queue.take();
  queue.settle("sent");
  assert.equal(queue.size, 0);
});

test("each tap has an id of its own that a server reads", () => {
  const ids = Array.from({ length: 50 }, freshId);
  assert.equal(new Set(ids).size, 50);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test("tries come further apart, and at least every quarter of a minute", () => {
  assert.deepEqual([1, 2, 3, 9].map(pause), [2000, 4000, 8000, 15_000]);
});

test("what got no receipt is sent again until there is one, and then the next", async () => {
  const sent = [], heard = [], waits = [];
  const receipts = [null, { status: 503 }, { status: 200 }, { status: 200 }];
  const send = async (answer) => {
    sent.push(answer.item);
    const receipt = receipts.shift();
    if (!receipt) throw new TypeError("no network");
    return { data: null, ...receipt };
  };
  const page = sender(send, (outcome, answer) => heard.push(`${answer.item} ${outcome}`), (work, ms) => waits.push([work, ms]));
  await page.put(one("a", 1, 1));
  await page.put(one("b", 2, 1));
  while (waits.length) await waits.shift()[0]();
  assert.deepEqual(sent, ["a", "a", "a", "b"]);
  assert.deepEqual(heard, ["a kept", "a kept", "a sent", "b sent"]);
  assert.equal(page.size, 0);
});

test("as the page is left all that waits goes at once, also what is on its way", async () => {
  const sent = [];
  const page = sender((answer) => new Promise(() => sent.push(answer.item)), () => undefined);
  void page.put(one("a", 1, 1));
  void page.put(one("b", 2, 1));
  assert.deepEqual(sent, ["a"]);
  page.leave();
  assert.deepEqual(sent, ["a", "a", "b"]);
});

test("who was signed out hears so, and the answer is sent again until they are back", async () => {
  const receipts = [{ status: 401 }, { status: 200 }];
  const heard = [], waits = [];
  const page = sender(async () => ({ data: null, ...receipts.shift() }), (outcome) => heard.push(outcome), (work) => waits.push(work));
  await page.put(one("a", 1, 1));
  assert.deepEqual([heard, page.size], [["closed"], 1]);
  await waits.shift()();
  assert.deepEqual([heard, page.size], [["closed", "sent"], 0]);
});

test("what speaks of danger goes before what waited longer, and beside an answer that hangs", async () => {
  const queue = outgoing();
  for (const each of [one("a", 1, 1), one("b", 1, 1), loud("c", 3, 1)]) queue.put(each);
  assert.deepEqual([queue.take()?.item, queue.take()], ["c", null]);
  queue.settle("sent");
  assert.deepEqual([queue.take()?.item, queue.take()], ["a", null]);
  queue.put(loud("d", 3, 1));
  const danger = queue.take();
  queue.settle("sent", danger);
  assert.deepEqual([danger?.item, queue.take(), queue.all().map(({ item }) => item)], ["d", null, ["a", "b"]]);

  const sent = [], heard = [];
  const send = (answer) => (sent.push(answer.item), answer.loud ? Promise.resolve({ status: 200, data: null }) : new Promise(() => undefined));
  const page = sender(send, (outcome, answer) => heard.push(`${answer.item} ${outcome}`));
  void page.put(one("a", 1, 1));
  void page.put(one("b", 1, 1));
  await page.put(loud("c", 3, 1));
  assert.deepEqual([sent, heard, page.size], [["a", "c"], ["c sent"], 2]);
});

test("what waits is given to who keeps it, and what flies ends here all the same", () => {
  const queue = outgoing();
  queue.put(one("a", 1, 1));
  queue.put(one("b", 2, 1));
  queue.take();
  assert.deepEqual(queue.give().map(({ item }) => item), ["a", "b"]);
  queue.settle("kept");
  assert.deepEqual([queue.size, queue.take()], [0, null]);
});

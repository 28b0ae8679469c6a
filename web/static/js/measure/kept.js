// @ts-check
/**
 * Answers on a device of the patient's own: each is sealed and written down before it is sent, beside whatever else waits
 * there, and goes from any page of theirs. What was sent twice is one row, because of its id.
 */
import { showApart } from "../offline/apart.js";
import { leaveIfEnded } from "../offline/leaving.js";
import { openSealed } from "../offline/sealed.js";
import { send, sending } from "../offline/sending.js";
import { drawn } from "../plan/drawn.js";
import { keepAnswers } from "./keeping.js";

const TRIES = { first: 1_000, most: 15_000 };

/**
 * @typedef {{id: string, item: string, value: number, over: string, at: number, words: string}} Tap  `over`: the answer that
 * stood there before it; `at`: ms; `words`: the question and the answer
 * @typedef {Awaited<ReturnType<typeof openKept>>} Kept
 *
 * @param {{root: HTMLElement, whose: string, url: string, version: string, signal: AbortSignal,
 *   heard: (item: string, id: string, data: any) => void, told: (outcome: import("../offline/queue.js").Outcome) => void}} by
 *   heard: what the clinic said of one; told: after each round
 */
export async function openKept({ root, whose, url, version, signal, heard, told }) {
  const docs = openSealed({ whose });
  /** @type {Map<string, {fields: [string, string][], at: number}>} what lies here of this form */ const lying = new Map();
  const { queue, round } = sending(docs, after, signal, { ...TRIES, closed: leaveIfEnded, heard: listen });
  for (const { id, fields, at } of await here()) lying.set(id, { fields, at }); // rejects in a browser that keeps nothing

  async function here() {
    return (await queue.waiting()).filter((one) => one.url === url);
  }

  /** @param {Response} answer @param {[string, string][]} fields */
  async function listen(answer, fields) {
    const { id, item } = Object.fromEntries(fields);
    if (!answer.ok || !lying.has(id)) return;
    const data = await answer.json();
    lying.delete(id);
    void keepAnswers(docs, root).catch(() => undefined);
    heard(item, id, data);
  }

  /** @param {import("../offline/queue.js").Outcome} outcome */
  async function after(outcome) {
    const waits = new Set((await here()).map(({ id }) => id));
    for (const id of lying.keys()) if (!waits.has(id)) lying.delete(id); // another page brought it there
    const aside = [...(await queue.apart()), ...(await queue.refused())].filter((one) => one.url === url);
    showApart(root, aside, queue, round);
    const mine = outcome === "kept" && !waits.size ? "sent" : outcome; // what else waits here is of other pages
    told(mine === "sent" && aside.length ? "apart" : mine);
    if (outcome === "sent" && lying.size) await round(); // tapped while the others were on their way
  }

  return {
    /** @param {Tap} tap */
    async put({ id, item, value, over, at, words }) {
      const fields = /** @type {[string, string][]} */ ([["id", id], ["item", item], ["value", String(value)], ["over", over], ["version", version]]);
      await queue.add(id, url, fields, { at, words, alone: true });
      lying.set(id, { fields, at });
      void round();
    },
    round,
    /** The answers that wait, the first tap first. @returns {{id: string, item: string, value: string}[]} */
    waiting: () => [...lying.values()].map(({ fields }) => /** @type {any} */ (Object.fromEntries(fields))),
    /** The page is left: what waits goes now as well. Nobody hears what became of it, so it stays until somebody does. */
    leave() {
      for (const { fields, at } of lying.values()) void send(url, [...fields, ["ago", String(Math.max(0, Math.round((Date.now() - at) / 1000)))]]).catch(() => undefined);
    },
    /** The safety plan that this device keeps. */
    plan: async () => drawn(await docs.get("plan")),
    get size() {
      return lying.size;
    },
  };
}

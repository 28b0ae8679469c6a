// @ts-check
/** Sends the answers of a page, one at a time (one that speaks of danger beside another) and again until the server has each, further apart the longer none comes. */
import { meaning } from "../lib/receipt.js";
import { outgoing, pause } from "./outgoing.js";

/**
 * @typedef {import("./outgoing.js").Answer} Answer
 * @typedef {{status: number, data: any}} Receipt
 * @param {(answer: Answer) => Promise<Receipt>} send   rejects without a network
 * @param {(outcome: ReturnType<typeof meaning>, answer: Answer, data: any) => void} heard
 * @param {(work: () => void, ms: number) => any} [later]
 */
export function sender(send, heard, later = setTimeout) {
  const queue = outgoing();
  let tries = 0;

  async function flush() {
    const next = queue.take();
    if (!next) return;
    const receipt = await send(next).catch(() => ({ status: 0, data: null }));
    const outcome = meaning(receipt.status), waits = outcome === "kept" || outcome === "closed";
    queue.settle(outcome, next);
    tries = waits ? tries + 1 : 0;
    heard(outcome, next, receipt.data);
    if (waits) later(flush, pause(tries));
    else await flush();
  }

  return {
    /** @param {Answer} answer */
    put: (answer) => {
      queue.put(answer);
      return flush();
    },
    flush,
    give: queue.give,
    /** The page is left: all that waits goes now, and nobody hears what became of it. */
    leave: () => void queue.all().forEach((answer) => void send(answer).catch(() => undefined)),
    get size() {
      return queue.size;
    },
  };
}

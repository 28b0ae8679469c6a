// @ts-check
/**
 * Answers on their way: one at a time, but for what speaks of danger, the newest of each question, each under its own number, until the server has it.
 * One that speaks of danger goes whatever was chosen after it, and before all others: it waits for none that hangs. They live in the memory of the page alone. What was sent
 * twice is one row there, because of its id.
 */

/** @typedef {{item: string, value: number, number: number, id: string, loud: boolean}} Answer  `loud`: it speaks of danger */

export function outgoing() {
  /** @type {Answer[]} */
  let waiting = [];
  /** @type {Set<Answer>} */
  const flying = new Set();
  /** Those of a question give way, but for what speaks of danger. @param {string} item */
  const giveWay = (item) => void (waiting = waiting.filter((one) => one.item !== item || one.loud || flying.has(one)));
  return {
    /** @param {Answer} answer */
    put: (answer) => {
      giveWay(answer.item);
      waiting.push(answer);
    },
    /** The next to send; null while one flies or none waits. What speaks of danger flies beside others. */
    take: () => {
      const free = waiting.filter((one) => !flying.has(one));
      const next = free.find((one) => one.loud) ?? (flying.size ? null : free[0]) ?? null;
      if (next) flying.add(next);
      return next;
    },
    /**
     * What became of one that flew. `kept`, `closed`: it is sent again. Anything else ends it, and a later answer to the same
     * question still waits, unless another page was faster: then both of this page give way.
     * @param {ReturnType<typeof import("../lib/receipt.js").meaning>} outcome @param {Answer} [ended] the one that was taken first unless it is said
     */
    settle: (outcome, ended = [...flying][0]) => {
      flying.delete(ended);
      if (outcome === "kept" || outcome === "closed") return;
      waiting = waiting.filter((one) => one !== ended);
      if (outcome === "overtaken") giveWay(ended.item);
    },
    all: () => [...waiting],
    /** All that waits, for somebody else to send; what flies may get there as well. */
    give: () => waiting.splice(0),
    get size() {
      return waiting.length;
    },
  };
}

/** An id that no answer had before; also on a page without a secure address, where randomUUID is not. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

/** How long to wait before the next try, after so many without an answer. @param {number} tries */
export function pause(tries) {
  return Math.min(1000 * 2 ** tries, 15_000);
}

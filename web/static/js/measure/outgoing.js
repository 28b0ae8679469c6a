// @ts-check
/**
 * Answers on their way: one at a time, the newest of each question, each under its own number, until the server has it.
 * They live in the memory of the page alone. What was sent twice is one row there, because of its number.
 */

/** @typedef {{item: string, value: number, number: number}} Answer */

export function outgoing() {
  /** @type {Map<string, Answer>} */
  const waiting = new Map();
  /** @type {Answer | null} */
  let flying = null;
  return {
    /** @param {Answer} answer */
    put: (answer) => void waiting.set(answer.item, answer),
    /** The next to send; null while one flies or none waits. */
    take: () => {
      if (flying) return null;
      flying = waiting.values().next().value ?? null;
      return flying;
    },
    /**
     * What became of the one that flew. `kept`, `closed`: it is sent again. Anything else ends it, and a later answer to the same
     * question still waits, unless another page was faster: then both of this page give way.
     * @param {ReturnType<typeof import("../lib/receipt.js").meaning>} outcome
     */
    settle: (outcome) => {
      if (!flying || outcome === "kept" || outcome === "closed") return void (flying = null);
      if (outcome === "overtaken" || waiting.get(flying.item) === flying) waiting.delete(flying.item);
      flying = null;
    },
    all: () => [...waiting.values()],
    get size() {
      return waiting.size;
    },
  };
}

/** How long to wait before the next try, after so many without an answer. @param {number} tries */
export function pause(tries) {
  return Math.min(1000 * 2 ** tries, 15_000);
}

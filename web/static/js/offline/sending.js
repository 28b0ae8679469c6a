// @ts-check
/** Brings what waits to the clinic: at once, when there is a connection again, when the page is seen, and now and then. */
import { backOff } from "../lib/timing.js";
import { openQueue, outcomeOf } from "./queue.js";

const LONGEST_MS = 15_000;
const OUTLIVES = 60_000; // characters: a browser lets at most 64 KiB go on when the page that sends them is left

/**
 * @param {string} url @param {[string, string][]} fields
 * @param {(answer: Response, fields: [string, string][]) => Promise<import("./queue.js").Outcome | void>} [heard]  for who wants to know
 * what came of it, and may know better
 */
export async function send(url, fields, heard) {
  const body = new URLSearchParams(fields).toString();
  const answer = await fetch(url, {
    method: "POST",
    body,
    headers: { accept: "application/json", "content-type": "application/x-www-form-urlencoded;charset=UTF-8" },
    credentials: "same-origin",
    keepalive: body.length < OUTLIVES,
    signal: AbortSignal.timeout(LONGEST_MS),
  });
  return (await heard?.(answer, fields)) || outcomeOf(answer.status);
}

/**
 * @param {import("./sealed.js").Sealed} docs
 * @param {(outcome: import("./queue.js").Outcome) => void} told  after each round
 * @param {AbortSignal} signal  ends it
 * @param {{first?: number, most?: number, closed?: () => Promise<unknown>, heard?: Parameters<typeof send>[2],
 * toldOf?: (id: string) => any}} [how]  first, most: ms before it tries again, at
 * once and at last; closed: done where nobody is signed in, before it is told; heard: each answer of the clinic
 */
export function sending(docs, told, signal, { first = 2_000, most = 120_000, closed = async () => undefined, heard, toldOf } = {}) {
  const queue = openQueue({ docs, send: (url, fields) => send(url, fields, heard), toldOf });
  /** @type {ReturnType<typeof setTimeout> | undefined} */ let timer;
  let tries = 0;

  async function round() {
    clearTimeout(timer);
    const outcome = await queue.flush();
    if (outcome === "closed") await closed().catch(() => undefined);
    told(outcome);
    tries = outcome === "kept" ? tries + 1 : 0;
    if (outcome === "kept" && !signal.aborted) timer = setTimeout(round, backOff(tries, { first, most }));
    return outcome;
  }
  addEventListener("online", round, { signal });
  document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && round(), { signal });
  signal.addEventListener("abort", () => clearTimeout(timer));
  return { queue, round };
}

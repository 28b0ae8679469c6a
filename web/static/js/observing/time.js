// @ts-check
/**
 * The clinic's time on a device that may sleep. Pure: the steady clock of the page and the clock on the wall are handed in.
 * The steady one may stand still while the device sleeps; then the one on the wall says for how long. Set back, that one
 * changes nothing.
 */

const SLEPT_MS = 2_000; // what the two differ by less in one look is no sleep
const SLOW_MS = 10_000; // an answer that says less than so much earlier came by a slow network

/** @param {number} told  ms, what the clinic said @param {() => number} [steady]  ms @param {() => number} [wall]  ms */
export function openTime(told, steady = () => performance.now(), wall = () => Date.now()) {
  let at = told, seen = steady(), seenWall = wall();

  /** ms, by the clinic's clock; never back by itself. */
  function now() {
    const went = Math.max(0, steady() - seen), wentWall = wall() - seenWall;
    seen += went;
    seenWall += wentWall;
    at += wentWall - went > SLEPT_MS ? wentWall : went;
    return at;
  }

  return {
    now,
    /** What the clinic says now. @param {number} fresh  ms */
    hear(fresh) {
      const ahead = now() - fresh;
      if (Number.isFinite(fresh) && fresh > 0 && (ahead < 0 || ahead > SLOW_MS)) at = fresh;
    },
  };
}

// @ts-check
/** When things happen: waits, pauses, and words for how long ago. */

/**
 * @param {number} ms
 * @param {AbortSignal} [signal]  ends the wait early, by rejecting
 * @returns {Promise<void>}
 */
export function wait(ms, signal) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}

/**
 * Run once the calls have been quiet for a while.
 * @template {any[]} A
 * @param {(...args: A) => void} run
 * @param {number} ms
 * @returns {((...args: A) => void) & {cancel: () => void}}
 */
export function whenQuiet(run, ms) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @param {A} args */
  const call = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(run, ms, ...args);
  };
  call.cancel = () => clearTimeout(timer);
  return call;
}

/**
 * Every `ms` while the page is seen, and at once when it is seen again.
 * @param {() => void} run
 * @param {number} ms
 * @param {AbortSignal} [signal]
 */
export function whileSeen(run, ms, signal) {
  const tick = () => document.visibilityState === "visible" && run();
  const timer = setInterval(tick, ms);
  document.addEventListener("visibilitychange", tick, { signal });
  signal?.addEventListener("abort", () => clearInterval(timer));
}

/**
 * How long to wait before try number `attempt` (from 0): doubles up to `most`, then spread over half to whole
 * so that a clinic's browsers do not all come back in the same moment.
 * @param {number} attempt
 * @param {{first?: number, most?: number, random?: () => number}} [options]
 * @returns {number} ms
 */
export function backOff(attempt, { first = 500, most = 15_000, random = Math.random } = {}) {
  const full = Math.min(most, first * 2 ** attempt);
  return full / 2 + (random() * full) / 2;
}

/**
 * '4 seconds ago', in the page's language.
 * @param {number} seconds
 * @param {string} [language]
 * @returns {string}
 */
export function ago(seconds, language = document.documentElement.lang) {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "always" });
  if (seconds < 60) return words.format(-Math.round(seconds), "second");
  if (seconds < 3600) return words.format(-Math.round(seconds / 60), "minute");
  return words.format(-Math.round(seconds / 3600), "hour");
}

/**
 * '14:05' for a span of time, '1:02:09' above an hour.
 * @param {number} seconds
 * @returns {string}
 */
export function clockOf(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

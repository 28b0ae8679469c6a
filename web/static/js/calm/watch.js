// @ts-check
/** A stop-watch that is told the time: what it says stands still while it is paused, and goes on from there. */
export class Watch {
  /** @type {number | null} when it last began to run */ #since = null;
  #before = 0;

  /** @param {number} now */
  start(now) {
    this.#since ??= now;
  }

  /** @param {number} now */
  pause(now) {
    this.#before = this.elapsed(now);
    this.#since = null;
  }

  /** @param {number} now */
  elapsed(now) {
    return this.#before + (this.#since === null ? 0 : now - this.#since);
  }

  get runs() { return this.#since !== null; }
}

// @ts-check
/**
 * Brings what was done into the patient's space: at once, or when there is a connection again; each of it once. On a device
 * of their own it waits there sealed, with whatever else waits for the clinic; on any other as long as the page is open.
 */
import { inMemory } from "../offline/memory.js";
import { openQueue } from "../offline/queue.js";
import { openSealed } from "../offline/sealed.js";
import { send } from "../offline/sending.js";

const LEAST_S = 10; // less was a look

/** @param {DOMStringMap} of  keep: where it is kept; whose: the space whose own device this is; worker, scope: what keeps the pages there */
export async function keeperOf({ keep: href = "", whose, worker, scope }) {
  forgetPlain();
  if (whose && worker) navigator.serviceWorker?.register(worker, { scope }).catch(() => undefined);
  const sealed = whose ? openSealed({ whose }) : inMemory();
  const keeps = await sealed.names("").then(() => true, () => false);
  return keeper({ href, queue: openQueue({ docs: keeps ? sealed : inMemory(), send }), seals: Boolean(whose && keeps) });
}

/** What earlier versions left in the open. */
function forgetPlain() {
  try {
    for (const storage of [localStorage, sessionStorage]) storage.removeItem("calm-unsent");
  } catch {
    // a browser that keeps nothing
  }
}

/**
 * @typedef {"kept" | "short" | "sealed" | "open" | "lost"} Became  of what was done: in their space; too short to be kept;
 * waiting, on this device or as long as the page is open; never to be kept
 * @param {{href: string, queue: ReturnType<typeof openQueue>, seals?: boolean, id?: () => string}} by  seals: what waits lies on this device
 */
export function keeper({ href, queue, seals = false, id = () => crypto.randomUUID() }) {
  /** What the clinic never takes, such as a length that cannot be, nobody could mend. @returns {Promise<Set<string>>} what was let go */
  async function flush() {
    let last = await queue.flush();
    if (last === "sent" && (await queue.waiting()).length) last = await queue.flush(); // said meanwhile
    const never = [...(await queue.refused()), ...(await queue.apart())].filter(({ url }) => url === href);
    await Promise.all(never.map((one) => queue.settle(one.id)));
    return new Set(never.map((one) => one.id));
  }

  /** @param {string} own @param {Set<string>} gone @returns {Promise<Became>} */
  async function became(own, gone) {
    if (gone.has(own)) return "lost";
    const waits = (await queue.waiting()).some((one) => one.id === own);
    return waits ? (seals ? "sealed" : "open") : "kept";
  }

  return {
    flush,
    became,
    /**
     * @param {string} exercise @param {{seconds: number, times: number}} done
     * @param {Record<string, string | number>} [more] what else is said of it; with the `id` of before, it is said again
     * @returns {Promise<{became: Became, own: string}>} `own`: the name under which it waits
     */
    async keep(exercise, { seconds, times }, { id: said = id(), ...more } = {}) {
      if (seconds < LEAST_S) return { became: "short", own: "" };
      const all = { id: said, exercise, seconds, times, ...more };
      const fields = /** @type {[string, string][]} */ (Object.entries(all).map(([name, value]) => [name, String(value)]));
      const own = id(); // a name of its own: what is said again waits behind what was said before
      await queue.add(own, href, fields);
      return { became: await became(own, await flush()), own };
    },
  };
}

/** Keeps what is done on a page, and says there what became of it: `data-kept="kept short sealed open lost"`. */
export class Keeping {
  #root;
  /** @type {ReturnType<typeof keeperOf> | undefined} */ #keeper;
  /** The one of which the page speaks. */ #own = "";
  #round = 0;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /** @param {AbortSignal} signal */
  watch(signal) {
    if (!this.#root.dataset.keep) return;
    this.#keeper = keeperOf(this.#root.dataset);
    const flush = () => void this.#flush().catch(() => undefined);
    addEventListener("online", flush, { signal });
    flush();
  }

  async #flush() {
    const keeper = await this.#keeper, round = this.#round;
    const gone = await keeper?.flush();
    if (keeper && gone && this.#own && round === this.#round) this.#say(await keeper.became(this.#own, gone));
  }

  /** Says nothing any more: something new begins. */
  forget() {
    this.#round += 1;
    this.#own = "";
    this.#say("");
  }

  /** @param {string} exercise @param {{seconds: number, times: number}} done @param {Record<string, string | number>} [more] */
  async keep(exercise, done, more) {
    if (!this.#keeper) return;
    const round = ++this.#round;
    const { became, own } = await this.#keeper.then((keeper) => keeper.keep(exercise, done, more)).catch(() => /** @type {const} */ ({ became: "lost", own: "" }));
    if (round !== this.#round) return;
    this.#own = own;
    this.#say(became);
  }

  /** @param {Became | ""} became */
  #say(became) {
    for (const words of /** @type {NodeListOf<HTMLElement>} */ (this.#root.querySelectorAll("[data-kept]"))) words.hidden = words.dataset.kept !== became;
  }
}

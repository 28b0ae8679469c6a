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
  return keeper({ href, queue: openQueue({ docs: keeps ? sealed : inMemory(), send }) });
}

/** What earlier versions left in the open. */
function forgetPlain() {
  try {
    for (const storage of [localStorage, sessionStorage]) storage.removeItem("calm-unsent");
  } catch {
    // a browser that keeps nothing
  }
}

/** @param {{href: string, queue: ReturnType<typeof openQueue>, id?: () => string}} by */
export function keeper({ href, queue, id = () => crypto.randomUUID() }) {
  /** What the clinic never takes, such as a length that cannot be, nobody could mend. */
  async function flush() {
    if ((await queue.flush()) === "sent" && (await queue.waiting()).length) await queue.flush(); // said meanwhile
    const never = [...(await queue.refused()), ...(await queue.apart())].filter(({ url }) => url === href);
    await Promise.all(never.map((one) => queue.settle(one.id)));
  }

  return {
    flush,
    /**
     * @param {string} exercise @param {{seconds: number, times: number}} done
     * @param {Record<string, string | number>} [more] what else is said of it; with the `id` of before, it is said again
     */
    async keep(exercise, { seconds, times }, { id: own = id(), ...more } = {}) {
      if (seconds < LEAST_S) return;
      const said = { id: own, exercise, seconds, times, ...more };
      const fields = /** @type {[string, string][]} */ (Object.entries(said).map(([name, value]) => [name, String(value)]));
      await queue.add(id(), href, fields); // under a name of its own: what is said again waits behind what was said before
      await flush();
    },
  };
}

// @ts-check
/** Brings what was done into the patient's space: at once, or when there is a connection again; each of it once. */
import { openUnsent } from "../elements/unsent.js";

const LEAST_S = 10; // less was a look

/**
 * @param {{href: string, storage: Storage, fetch?: typeof fetch, now?: () => number, id?: () => string}} by
 */
export function keeper({ href, storage, fetch: ask = fetch.bind(globalThis), now = Date.now, id = () => crypto.randomUUID() }) {
  const unsent = openUnsent(storage, "calm-unsent");

  /** One by one; what is not taken for now stays. */
  async function flush() {
    for (const [line, form] of unsent.all()) {
      const { ended, ...fields } = JSON.parse(form.body);
      const ago = Math.max(0, Math.round((now() - ended) / 1000));
      const body = new URLSearchParams({ ...fields, ago: String(ago) });
      try {
        const answer = await ask(form.url, { method: "POST", body, headers: { accept: "application/json" }, keepalive: true });
        if (!answer.ok && answer.status >= 500) return;
        unsent.drop(line, form); // taken, or never to be taken: signed out, no exercise of ours
      } catch {
        return;
      }
    }
  }

  return {
    flush,
    /**
     * @param {string} exercise @param {{seconds: number, times: number}} done
     * @param {Record<string, string | number>} [more] what else is said of it; with the `id` of before, it is said again
     */
    async keep(exercise, { seconds, times }, { id: own = id(), ...more } = {}) {
      if (seconds < LEAST_S) return;
      const body = JSON.stringify({ id: own, exercise, seconds: String(seconds), times: String(times), ...more, ended: now() });
      unsent.put(String(own), { url: href, body });
      await flush();
    },
  };
}

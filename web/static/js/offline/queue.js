// @ts-check
/**
 * What was written and is not at the clinic yet. Pure: documents, sending and the clock are handed in. Each entry has an
 * id, made once; the server keeps an id once, so that one whose answer was lost is sent again and is still one entry.
 */

const WAITS = "waits:";
const REFUSED = "refused:";
const PASSING = [408, 421, 423, 425, 429];

/**
 * @typedef {{id: string, url: string, fields: [string, string][], at: number, why?: Outcome, told?: any, words?: string, alone?: boolean}} Waiting  `at`: ms,
 * when it was written; `why`: of one that is put aside; `told`: what the clinic said of that; `words`: what it says, where its fields do not; `alone`: it stands for
 * itself, and waits for none that the clinic could not take just now
 * @typedef {"sent" | "refused" | "apart" | "closed" | "kept"} Outcome  refused: to be mended; apart: the clinic has no place
 * for it, as it is; closed: nobody is signed in; kept: try again later, and what is behind it waits too, unless it stands for itself
 *
 * @param {{docs: import("./sealed.js").Sealed, send: (url: string, fields: [string, string][]) => Promise<Outcome>, now?: () => number,
 * toldOf?: (id: string) => any}} by  toldOf: what the clinic said of one that it did not take
 */
export function openQueue({ docs, send, now = Date.now, toldOf = () => undefined }) {
  /** @type {Promise<Outcome> | undefined} */ let going;

  /** @param {string} begin @returns {Promise<Waiting[]>} the one written first comes first */
  async function all(begin) {
    const found = await Promise.all((await docs.names(begin)).map((name) => docs.get(name)));
    return found.filter(Boolean).sort((one, other) => one.at - other.at);
  }

  async function run() {
    /** @type {Outcome} */ let last = "sent";
    for (const one of await all(WAITS)) {
      if (last === "kept" && !one.alone) continue;
      const ago = Math.max(0, Math.round((now() - one.at) / 1000));
      const outcome = await send(one.url, [...one.fields, ["ago", String(ago)]]).catch(() => null);
      if (!outcome) return "kept"; // no connection
      if (outcome === "closed") return outcome;
      if (outcome === "kept") {
        last = outcome;
        continue;
      }
      if (outcome !== "sent") await docs.put(REFUSED + one.id, { ...one, why: outcome, told: toldOf(one.id) }); // first there, then gone here: never lost between
      await docs.drop(WAITS + one.id);
    }
    return last;
  }

  return {
    /** Written down before anything is sent. @param {string} id @param {string} url @param {[string, string][]} fields
     * @param {{at?: number, words?: string, alone?: boolean}} [more] */
    add: (id, url, fields, more) => docs.put(WAITS + id, { id, url, fields, at: now(), ...more }),
    /** All that waits, one after the other; of several calls at once one runs. @returns {Promise<Outcome>} */
    flush: () => (going ??= run().finally(() => { going = undefined; })),
    waiting: () => all(WAITS),
    refused: async () => (await all(REFUSED)).filter((one) => one.why !== "apart"),
    /** What is put aside for whoever wrote it to decide: it holds up nothing, and goes by itself no more. */
    apart: async () => (await all(REFUSED)).filter((one) => one.why === "apart"),
    /** It waits once more, in its old place. @param {string} id @param {string} [own] another id, where the old one can be that of another entry */
    async again(id, own = id) {
      const { why: _, told: __, ...one } = (await docs.get(REFUSED + id)) || {};
      const fields = one.fields?.map((/** @type {[string, string]} */ [name, value]) => [name, name === "id" ? own : value]);
      if (one.id) await docs.put(WAITS + own, own === id ? one : { ...one, id: own, fields });
      await docs.drop(REFUSED + id);
    },
    /** It is to be mended in no form any more. @param {string} id @param {any} told */
    aside: async (id, told) => docs.put(REFUSED + id, { ...(await docs.get(REFUSED + id)), told }),
    /** Whoever wrote it has seen why, and decides. @param {string} id */
    settle: (id) => docs.drop(REFUSED + id),
  };
}

/** The id next to this one, always the same: what is tried again twice is still one entry. @param {string} id */
export function beside(id) {
  return id.slice(0, -1) + ((parseInt(id.slice(-1), 16) + 1) % 16).toString(16);
}

/**
 * What an answer means for an entry. One that will be the same tomorrow puts it aside, so that nothing waits behind it; a
 * server that is busy, away or behind a proxy answers otherwise later. @param {number} status @returns {Outcome}
 */
export function outcomeOf(status) {
  if (status >= 200 && status < 300) return "sent";
  if (status === 413 || status === 422) return "refused";
  if (status === 401 || status === 403) return "closed";
  return status >= 400 && status < 500 && !PASSING.includes(status) ? "apart" : "kept";
}

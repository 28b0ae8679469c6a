// @ts-check
/**
 * Recordings of the clinic on a device of somebody's own, so that they are heard without a connection. They say nothing of
 * anybody, and lie beside the pages of the exercises; whoever signs out deletes them with the rest (offline/leaving.js).
 */

export const NAME = "parlour-sounds";
export const MOST_BYTES = 64 * 1024 * 1024;
const BYTES = "x-bytes";

/** @typedef {{at: string, sounds: Record<string, string>}} Told  part -> address, and when the clinic's page said so */

/** @param {Pick<CacheStorage, "open">} caches @param {number} [most]  bytes of all that is kept */
export function openSounds(caches, most = MOST_BYTES) {
  /** What is kept longest comes first. @param {Cache} cache @returns {Promise<[Request, number][]>} */
  async function all(cache) {
    const found = await Promise.all((await cache.keys()).map(async (one) => /** @type {[Request, number]} */ ([one, Number((await cache.match(one))?.headers.get(BYTES))])));
    return found.filter(([, bytes]) => bytes > 0);
  }

  return {
    /** @param {string} address */
    async get(address) {
      return (await (await caches.open(NAME)).match(address))?.blob() ?? null;
    },
    /** Whether it is kept; what was kept first gives way to it. @param {string} address @param {Blob} blob */
    async put(address, blob) {
      if (!blob.size || blob.size > most) return false;
      const cache = await caches.open(NAME), there = await all(cache);
      let sum = there.reduce((so, [, bytes]) => so + bytes, blob.size);
      for (const [one, bytes] of there) {
        if (sum <= most) break;
        await cache.delete(one);
        sum -= bytes;
      }
      await cache.put(address, new Response(blob, { headers: { "content-type": blob.type, [BYTES]: String(blob.size) } }));
      return true;
    },
    /**
     * What there is of a session: as its page says, or as a later page said, where this one was kept before that. What the
     * clinic took away is kept no more. @param {string} page @param {Told} told @returns {Promise<Record<string, string>>}
     */
    async newest(page, told) {
      const cache = await caches.open(NAME), name = `${page}?sounds`;
      const before = /** @type {Told | null} */ ((await (await cache.match(name))?.json()) ?? null);
      if (before && before.at > told.at) return before.sounds;
      const now = Object.values(told.sounds), gone = Object.values(before?.sounds ?? {}).filter((one) => !now.includes(one));
      await Promise.all(gone.map((one) => cache.delete(one)));
      await cache.put(name, new Response(JSON.stringify(told), { headers: { "content-type": "application/json" } }));
      return told.sounds;
    },
  };
}

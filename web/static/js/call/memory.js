// @ts-check
// What this browser remembers of one visit, over reloads, until its end.

const DAY_MS = 24 * 3600 * 1000
const FORGET_MS = 500
const TIDY_MS = 10_000 // not while a page opens: whoever reads would wait for it

/**
 * @param {string} visit
 * @param {import('../lib/shelf.js').Shelf} shelf
 * @param {{now: () => number, later: (work: () => void, ms: number) => any}} world
 */
export function openMemory(visit, shelf, { now, later }) {
  const mine = `visit.${visit}.`
  const young = (/** @type {any} */ one) => now() - one?.at < DAY_MS

  // What closed tabs left of other visits.
  later(() => shelf.drop((_, value) => !young(value)).catch(() => {}), TIDY_MS)

  return {
    /** Undefined where nothing is remembered; rejects where nothing ever is. @param {string} name */
    read: async (name) => {
      const found = await shelf.read(mine + name)
      return young(found) ? found.value : undefined
    },
    /** @param {string} name @param {any} value */
    put: (name, value) => shelf.put(mine + name, { value, at: now() }, () => false),
    /** The first of several tabs decides; gives what it said. @param {string} name @param {any} value */
    agree: async (name, value) => (await shelf.put(mine + name, { value, at: now() }, young)).value,
    /** The visit is over. Resolves when it is gone, or when it takes too long to wait for. */
    forget: () => Promise.race([
      shelf.drop((name) => name.startsWith(mine)).catch(() => {}), new Promise((done) => later(() => done(undefined), FORGET_MS)),
    ]),
  }
}

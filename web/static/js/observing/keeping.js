// @ts-check
/**
 * What was taken on this device and is not at the clinic yet: sealed, by who took it. Nothing else is kept here. Whoever
 * signs in sends their own, and is told that there is somebody else's.
 */
import { openShelf } from "../lib/shelf.js";
import { inMemory } from "../offline/memory.js";
import { openSealed, ownerOf } from "../offline/sealed.js";

export const NAME = "parlour-observing";
const WAITS = "waits:";
const OF = "|"; // between a clinic and what is its own

/** @typedef {import("../offline/sealed.js").Sealed} Sealed */
/** @typedef {import("../lib/shelf.js").Shelf} Shelf */

/**
 * The documents of one person among those of a clinic's device.
 * @param {Sealed} docs @param {string} who @returns {Sealed}
 */
export function ofOne(docs, who) {
  const begin = `${who}/`;
  return {
    put: (name, value) => docs.put(begin + name, value),
    get: (name) => docs.get(begin + name),
    drop: (name) => docs.drop(begin + name),
    names: async (start) => (await docs.names(begin + start)).map((name) => name.slice(begin.length)),
  };
}

/**
 * What one clinic has on this device: beside that of the others, since whoever signs in at another clinic must find the
 * readings of the first one there again. What lies there from before there were several is that of its owner.
 * @param {Shelf} shelf @param {string} whose @returns {Promise<Shelf>}
 */
export async function ofClinic(shelf, whose) {
  return (await ownerOf(shelf)) === whose ? shelf : part(shelf, `${whose}${OF}`);
}

/** The part of a shelf whose keys begin so. @param {Shelf} shelf @param {string} begin @returns {Shelf} */
function part(shelf, begin) {
  const cut = (/** @type {string} */ key) => key.slice(begin.length);
  return {
    read: (key) => shelf.read(begin + key),
    put: (key, value, keep) => shelf.put(begin + key, value, keep),
    names: async () => (await shelf.names()).filter((key) => key.startsWith(begin)).map(cut),
    drop: (of) => shelf.drop((key, value) => key.startsWith(begin) && of(cut(key), value)),
  };
}

/**
 * The same documents on a device that may be full: what it does not take lies `loose`, in the page alone, and goes from there.
 * @param {Sealed} docs @returns {Sealed & {loose: () => Promise<boolean>}}
 */
export function orMemory(docs) {
  const memory = inMemory(), gone = new Set();
  return {
    loose: async () => (await memory.names("")).length > 0,
    async put(name, value) {
      gone.delete(name);
      await docs.put(name, value).then(() => memory.drop(name), () => memory.put(name, value));
    },
    get: async (name) => (await memory.get(name)) ?? (gone.has(name) ? null : docs.get(name).catch(() => null)),
    async drop(name) {
      await memory.drop(name);
      await docs.drop(name).catch(() => gone.add(name));
    },
    async names(begin) {
      const lying = (await docs.names(begin).catch(() => [])).filter((name) => !gone.has(name));
      return [...new Set([...lying, ...(await memory.names(begin))])];
    },
  };
}

/** @param {{whose: string, who: string, shelf?: Shelf}} by  whose: the clinic of this device; who: the person */
export async function openKeeping({ whose, who, shelf = openShelf(globalThis.indexedDB, NAME) }) {
  const mine = await ofClinic(shelf, whose).catch(() => shelf), sealed = openSealed({ whose, shelf: mine });
  const opens = await sealed.names("").then(() => true, () => false), all = orMemory(sealed);
  return {
    /** Whether all that waits lies on this device: not in a browser that keeps nothing, nor on a device that is full. */
    keeps: async () => opens && !(await all.loose()),
    docs: ofOne(opens ? all : inMemory(), who),
    /** Whether somebody else's readings wait here, those of another clinic among them. */
    async others() {
      const here = await sealed.names(`${who}/${WAITS}`).catch(() => []);
      return (await countWaiting(shelf).catch(() => 0)) > here.length;
    },
  };
}

/** How much waits here, whoever took it; without a key, and so without a word of it. @param {Shelf} shelf */
export async function countWaiting(shelf) {
  return (await shelf.names()).filter((name) => name.includes(`/${WAITS}`)).length;
}

/** Whether something that waits is the press of a card. @param {string} url @param {{course?: string, event?: string}} card */
export function isPress(url, { course, event }) {
  return url.endsWith(`/courses/${course}/observing/${event}`);
}

/** When something was pressed that waits here, whoever did, of whatever clinic, ms by this device: [the event, when], the first first. @param {Shelf} shelf @returns {Promise<[string, number][]>} */
export async function pressesIn(shelf) {
  const clinics = (await shelf.names()).filter((name) => name.endsWith(`${OF}key`)).map((name) => part(shelf, name.slice(0, -"key".length)));
  const found = (await Promise.all([shelf, ...clinics].map(waitingIn))).flat();
  return found.map(({ url, at }) => /** @type {[string, number]} */ ([url.split("/observing/")[1] || "", at])).sort(([, one], [, other]) => one - other);
}

/** @param {Shelf} shelf  of one clinic @returns {Promise<import("../offline/queue.js").Waiting[]>} */
async function waitingIn(shelf) {
  const whose = await ownerOf(shelf);
  if (whose === undefined) return [];
  const docs = openSealed({ whose, shelf }), names = (await docs.names("")).filter((name) => name.includes(`/${WAITS}`));
  return (await Promise.all(names.map((name) => docs.get(name)))).filter(Boolean);
}

/** An id that no reading had before; also on a page without a secure address, where randomUUID is not. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

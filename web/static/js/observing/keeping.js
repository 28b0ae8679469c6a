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

/** @param {{whose: string, who: string}} by  whose: the clinic of this device; who: the person */
export async function openKeeping({ whose, who }) {
  const sealed = openSealed({ whose, shelf: openShelf(globalThis.indexedDB, NAME) });
  const keeps = await sealed.names("").then(() => true, () => false);
  const all = keeps ? sealed : inMemory();
  return {
    keeps,
    docs: ofOne(all, who),
    /** Whether somebody else's readings wait here. */
    others: async () => (await all.names("")).some((name) => !name.startsWith(`${who}/`) && name.includes(`/${WAITS}`)),
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

/** When something was pressed that waits here, whoever did, ms by this device: [the event, when], the first first. @param {Shelf} shelf @returns {Promise<[string, number][]>} */
export async function pressesIn(shelf) {
  const whose = await ownerOf(shelf);
  if (whose === undefined) return [];
  const docs = openSealed({ whose, shelf }), names = (await docs.names("")).filter((name) => name.includes(`/${WAITS}`));
  const found = (await Promise.all(names.map((name) => docs.get(name)))).filter(Boolean);
  return found.map(({ url, at }) => /** @type {[string, number]} */ ([url.split("/observing/")[1] || "", at])).sort(([, one], [, other]) => one - other);
}

/** An id that no reading had before; also on a page without a secure address, where randomUUID is not. */
export function freshId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

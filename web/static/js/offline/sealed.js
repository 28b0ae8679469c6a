// @ts-check
/**
 * Documents of a patient on a device of their own: put, get and drop by name, sealed with a key that lies beside them and
 * that no script can read out. `whose`: the space that they are of; whoever comes after them finds nothing.
 */
import { openShelf } from "../lib/shelf.js";

export const NAME = "parlour-own";
const KEY = "key";
const DOC = "doc:";

/**
 * @param {{whose: string, shelf?: import("../lib/shelf.js").Shelf, cipher?: Crypto}} by
 * @returns {Sealed}
 *
 * @typedef {object} Sealed  every promise rejects where the browser keeps nothing
 * @property {(name: string, value: any) => Promise<void>} put  anything that JSON holds, over what lay there
 * @property {(name: string) => Promise<any>} get  null where nothing lies, or the key is another one by now
 * @property {(name: string) => Promise<void>} drop
 * @property {(begin: string) => Promise<string[]>} names  of the documents whose name begins so
 */
export function openSealed({ whose, shelf = openShelf(globalThis.indexedDB, NAME), cipher = globalThis.crypto }) {
  /** @type {Promise<CryptoKey> | undefined} */ let key;

  const opened = () => (key ??= open());
  async function open() {
    if (!cipher?.subtle) throw new Error("nothing is sealed here");
    const old = await shelf.read(KEY);
    if (old && old.whose !== whose) await wipe(shelf);
    const made = await cipher.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    return (await shelf.put(KEY, { whose, key: made }, (there) => there.whose === whose)).key;
  }

  /** @param {string} name @param {Uint8Array<ArrayBuffer>} iv */
  const way = (name, iv) => ({ name: "AES-GCM", iv, additionalData: new TextEncoder().encode(name) });

  return {
    async put(name, value) {
      const iv = cipher.getRandomValues(new Uint8Array(12));
      const body = await cipher.subtle.encrypt(way(name, iv), await opened(), new TextEncoder().encode(JSON.stringify(value)));
      await shelf.put(DOC + name, { iv, body }, () => false);
    },
    async get(name) {
      const by = await opened(), found = await shelf.read(DOC + name);
      if (!found) return null;
      try {
        return JSON.parse(new TextDecoder().decode(await cipher.subtle.decrypt(way(name, found.iv), by, found.body)));
      } catch {
        return null;
      }
    },
    drop: (name) => shelf.drop((at) => at === DOC + name),
    async names(begin) {
      await opened();
      return (await shelf.names()).filter((at) => at.startsWith(DOC + begin)).map((at) => at.slice(DOC.length));
    },
  };
}

/** Whose lies here, if anything does. @param {import("../lib/shelf.js").Shelf} shelf */
export async function ownerOf(shelf) {
  return /** @type {string | undefined} */ ((await shelf.read(KEY))?.whose);
}

/** The key first: without it the rest is noise. @param {import("../lib/shelf.js").Shelf} shelf */
export async function wipe(shelf) {
  await shelf.drop((at) => at === KEY);
  await shelf.drop(() => true);
}

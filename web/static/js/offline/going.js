// @ts-check
/** What waits sealed on this device goes to the clinic from any page of its owner's that loads this; nothing is said of it. */
import { openShelf } from "../lib/shelf.js";
import { leaveIfEnded } from "./leaving.js";
import { NAME, openSealed, ownerOf } from "./sealed.js";
import { sending } from "./sending.js";

async function go() {
  const shelf = openShelf(globalThis.indexedDB, NAME), whose = await ownerOf(shelf);
  if (whose) await sending(openSealed({ whose, shelf }), () => undefined, new AbortController().signal, { closed: leaveIfEnded }).round();
}

go().catch(() => undefined); // a browser that keeps nothing

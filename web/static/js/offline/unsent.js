// @ts-check
/** Whatever waits on this device, sent once more before it would be deleted. */
import { openQueue } from "./queue.js";
import { openSealed, ownerOf } from "./sealed.js";
import { send } from "./sending.js";

/** @param {import("../lib/shelf.js").Shelf} shelf */
export async function sendAll(shelf) {
  const whose = await ownerOf(shelf);
  if (whose) await openQueue({ docs: openSealed({ whose, shelf }), send }).flush();
}

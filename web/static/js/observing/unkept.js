// @ts-check
/**
 * What the clinic can never keep as it was taken, or no form here can mend: shown to who took it, with its own time, what it
 * says and why. It is written in by hand on the page of its step, tried again, or taken off this device with a reason. It is
 * deleted here once the clinic answered that it is there, or was taken off, and no sooner. Fills [data-unkept] of a page.
 */
import { all, one } from "../lib/dom.js";
import { tongue } from "../lib/wall.js";
import { send } from "../offline/sending.js";
import { clinicNow, timeOf } from "./clock.js";
import { byHand, neverOf, offOf, saidIn } from "./never.js";

const AGAIN = ["gone", "mend", "unread"]; // of these another answer may come

/**
 * @typedef {ReturnType<typeof import("../offline/queue.js").openQueue>} Queue
 * @typedef {import("../offline/queue.js").Waiting} Waiting
 * @param {HTMLElement} root @param {Waiting[]} found @param {Queue} queue
 * @param {() => unknown} round  sends what waits, and has this shown again
 */
export function showUnkept(root, found, queue, round) {
  const part = /** @type {HTMLElement | null} */ (root.querySelector("[data-unkept]"));
  if (!part) return;
  const list = one(part, "ul"), there = new Map(all(list, "[data-id]").map((row) => [row.dataset.id, row]));
  const says = /** @type {HTMLElement | null} */ (root.querySelector("[data-unkept-says]"));
  for (const each of [part, says]) if (each) each.hidden = !found.length;
  if (says) one(says, "button", HTMLButtonElement).onclick = () => part.scrollIntoView(); // whoever is on the screen stays chosen
  list.replaceChildren(...found.map((held) => there.get(held.id) || line(part, held, queue, round))); // a reason that is half typed stays
}

/** @param {HTMLElement} part @param {Waiting} held @param {Queue} queue @param {() => unknown} round */
function line(part, held, queue, round) {
  const copy = /** @type {HTMLElement} */ (one(part, "template", HTMLTemplateElement).content.cloneNode(true)).firstElementChild;
  const row = /** @type {HTMLElement} */ (copy), never = neverOf(held), { told } = held;
  row.dataset.id = held.id;
  one(row, "[data-name]").textContent = told?.name || "";
  one(row, "[data-what]").textContent = told?.what || "";
  one(row, "[data-when]").textContent = whenOf(held.at);
  one(row, "[data-words]").replaceChildren(...saidIn(held).flatMap(([asked, text]) => [pair("dt", asked), pair("dd", text)]));
  for (const why of all(row, "[data-why]")) why.hidden = why.dataset.why !== never;
  lead(row, "[data-late]", byHand(held));
  lead(row, "[data-record]", told?.base && !told.key ? `${told.base.split("/courses/")[0]}/record` : "");
  const again = one(row, "[data-again]", HTMLButtonElement), off = one(row, "form", HTMLFormElement);
  again.hidden = !AGAIN.includes(never);
  again.addEventListener("click", async () => {
    await queue.again(held.id);
    row.remove(); // it comes anew, with what the clinic says now
    await round();
  });
  off.addEventListener("submit", async (event) => {
    event.preventDefault();
    const outcome = await takeOff(held, one(off, "textarea", HTMLTextAreaElement).value);
    for (const words of all(off, "[data-off]")) words.hidden = words.dataset.off !== outcome;
    if (outcome === "off") await queue.settle(held.id).then(round);
  });
  return row;
}

/** Off it is where the clinic says so; anything else leaves it here. @param {Waiting} held @param {string} reason @returns {Promise<"off" | "reason" | "later">} */
async function takeOff(held, reason) {
  let off = false;
  const hear = async (/** @type {Response} */ answer) => { off = answer.ok && (await answer.clone().json().catch(() => null))?.off === true; };
  const outcome = await send("/staff/observing/off", offOf(held, reason, Date.now()), hear).catch(() => "kept");
  return off ? "off" : outcome === "refused" ? "reason" : "later";
}

/** @param {HTMLElement} row @param {string} which @param {string} href */
function lead(row, which, href) {
  const link = one(row, which, HTMLAnchorElement);
  link.hidden = !href;
  if (href) link.href = href;
}

/** @param {string} name @param {string} words */
function pair(name, words) {
  const made = document.createElement(name);
  made.dir = "auto";
  made.textContent = words;
  return made;
}

/** On the clock of the clinic, whatever this device thinks the time is. @param {number} at  ms by this device */
function whenOf(at) {
  const moment = at + clinicNow() - Date.now(), how = /** @type {const} */ ({ dateStyle: "full", timeZone: document.body.dataset.zone || undefined });
  return `${new Intl.DateTimeFormat(tongue(), how).format(moment)}, ${timeOf(moment)}`;
}

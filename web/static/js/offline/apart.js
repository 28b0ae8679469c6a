// @ts-check
/**
 * What the clinic had no place for, shown to who wrote it, with its words: they try it again or delete it. Fills
 * [data-apart] of a page, where there is one, by its template.
 */
import { one } from "../lib/dom.js";
import { tongue } from "../lib/wall.js";

const OURS = ["id", "once", "number", "zone", "share", "form", "ago", "day", "of", "step", "task", "later", "remember"];

/**
 * @typedef {ReturnType<typeof import("./queue.js").openQueue>} Queue
 * @param {HTMLElement} root @param {import("./queue.js").Waiting[]} found @param {Queue} queue
 * @param {() => unknown} round  sends what waits, and has this shown again
 */
export function showApart(root, found, queue, round) {
  const part = /** @type {HTMLElement | null} */ (root.querySelector("[data-apart]"));
  if (!part) return;
  part.hidden = !found.length;
  one(part, "ul").replaceChildren(...found.map((entry) => line(root, part, entry, queue, round)));
}

/** @param {HTMLElement} root @param {HTMLElement} part @param {import("./queue.js").Waiting} entry @param {Queue} queue @param {() => unknown} round */
function line(root, part, entry, queue, round) {
  const copy = /** @type {HTMLElement} */ (one(part, "template", HTMLTemplateElement).content.cloneNode(true)).firstElementChild;
  const row = /** @type {HTMLElement} */ (copy), when = { dateStyle: "medium", timeStyle: "short" };
  one(row, "[data-when]").textContent = new Intl.DateTimeFormat(tongue(), /** @type {any} */ (when)).format(entry.at);
  one(row, "[data-words]").replaceChildren(...(entry.words ? [entry.words] : wordsOf(root, entry.fields)).flatMap((said) => [said, document.createElement("br")]));
  one(row, "[data-again]").addEventListener("click", () => queue.again(entry.id).then(round));
  one(row, "[data-gone]").addEventListener("click", () => queue.settle(entry.id).then(round));
  return row;
}

/** What was chosen and written, in the words of the page where it has them. @param {ParentNode} root @param {[string, string][]} fields */
function wordsOf(root, fields) {
  return fields.filter(([name, value]) => value && !OURS.includes(name)).map(([name, value]) => {
    const field = root.querySelector(`[name="${CSS.escape(name)}"]`), chosen = root.querySelector(`[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
    const asked = field?.closest("fieldset")?.querySelector("legend")?.textContent?.trim();
    const said = chosen instanceof HTMLInputElement ? parts(chosen.closest("label")) : "";
    return [asked, said || value].filter(Boolean).join(": ");
  });
}

/** @param {Element | null} label */
function parts(label) {
  return [...(label?.childNodes || [])].map((node) => node.textContent?.trim()).filter(Boolean).join(" ");
}

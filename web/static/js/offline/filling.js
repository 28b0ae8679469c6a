// @ts-check
/** What a form of moods holds of one person, put into a page that was kept without anybody's words. */
import { all, copyOf, one } from "../lib/dom.js";

/** @param {HTMLFormElement} form @param {[string, string][]} fields */
export function fill(form, fields) {
  for (const [name, value] of fields) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field instanceof HTMLInputElement && (field.type === "radio" || field.type === "checkbox")) field.checked ||= field.value === value;
      else if (field instanceof HTMLInputElement || field instanceof HTMLTextAreaElement || field instanceof HTMLSelectElement) field.value = value;
      if (value && name === "day") field.closest("details")?.setAttribute("open", ""); // what is to be mended is seen
    }
  }
}

/** @param {string} tag */
export function ownTag(tag) {
  const chip = copyOf("own-tag");
  one(chip, "input", HTMLInputElement).value = tag;
  one(chip, "bdi").textContent = tag;
  return chip;
}

/** @param {string} id @param {string} name */
export function dose(id, name) {
  const field = copyOf("dose");
  one(field, "legend").textContent = name;
  for (const input of all(field, "input")) /** @type {HTMLInputElement} */ (input).name = `dose-${id}`;
  return field;
}

/** @param {string[]} urges */
export function diary(urges) {
  const card = copyOf("diary");
  for (const name of urges) {
    const field = copyOf("urge");
    field.id = `urge-${name}`;
    one(field, "legend").textContent = name;
    for (const input of all(field, "input")) /** @type {HTMLInputElement} */ (input).name = `urge-${name}`;
    one(card, "[data-urges]").append(field);
  }
  return card;
}

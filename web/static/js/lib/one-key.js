// @ts-check
/** Keys that do something by themselves: never while somebody types, and not for who switched them off. */

/** @param {KeyboardEvent} event */
const withHelp = (event) => event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.isComposing;

/** @param {KeyboardEvent} event */
const isTyping = (event) => Boolean(/** @type {Element} */ (event.target).closest("input, textarea, select, dialog, [contenteditable]"));

/** Whether this key, and nothing else, was meant. @param {KeyboardEvent} event */
export const alone = (event) => !withHelp(event) && !isTyping(event);

/** The switch for keys of the call holds everywhere. */
export function keysWanted() {
  try {
    return JSON.parse(localStorage.getItem("parlour.devices") || "{}").keys !== false;
  } catch {
    return true;
  }
}

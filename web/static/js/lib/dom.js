// @ts-check
/** Small ways to reach into a subtree; an element touches only its own. */

/**
 * The one element that must be there.
 * @template {Element} T
 * @param {ParentNode} root
 * @param {string} selector
 * @param {new () => T} [kind] checked when given
 * @returns {T}
 */
export function one(root, selector, kind) {
  const found = root.querySelector(selector);
  if (!found) throw new Error(`missing ${selector}`);
  if (kind && !(found instanceof kind)) throw new Error(`${selector} is no ${kind.name}`);
  return /** @type {T} */ (found);
}

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
export function all(root, selector) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * Listen until the signal ends; for elements that come and go with the page.
 * @param {EventTarget} target
 * @param {string} type
 * @param {(event: any) => void} heard
 * @param {AbortSignal} [signal]
 */
export function on(target, type, heard, signal) {
  target.addEventListener(type, heard, signal ? { signal } : undefined);
}

/**
 * Make an element from attributes and children (text is text, never markup).
 * @param {string} name
 * @param {Record<string, string>} [attributes]
 * @param {...(Node | string)} children
 * @returns {HTMLElement}
 */
export function make(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * Write words only when they change, so that a live region is not read twice.
 * @param {Element | null} element
 * @param {string} words
 */
export function say(element, words) {
  if (element && element.textContent !== words) element.textContent = words;
}

/**
 * The JSON a page passes in <script type="application/json" id="...">.
 * @param {string} id
 * @returns {any}
 */
export function pageData(id) {
  return JSON.parse(one(document, `script#${CSS.escape(id)}`).textContent || "null");
}

/**
 * A copy of what stands inside <template id="...">; markup lives in templates, never in strings.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function copyOf(id) {
  const first = one(document, `template#${CSS.escape(id)}`, HTMLTemplateElement).content.firstElementChild;
  if (!first) throw new Error(`template ${id} is empty`);
  return /** @type {HTMLElement} */ (first.cloneNode(true));
}

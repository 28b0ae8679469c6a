// @ts-check
/** Finds what a page wrote for us, and offers the same to its scripts as `Parlour(command, options)`. */
import { FORMS, optionsIn, readOptions } from "./options.js";
import { asButton, asFloat } from "./float.js";
import { openPopup } from "./popup.js";
import { addressFor, complain, dress, frameFor, heard } from "./talk.js";

/** @type {WeakMap<Element, {href: string, options: Record<string, string>}>} */
const known = new WeakMap();
/** @type {WeakSet<Element>} */
const opening = new WeakSet();

/**
 * @param {HTMLElement} element
 * @param {string} form
 * @param {Record<string, unknown>} given
 */
function begin(element, form, given) {
  if (known.has(element)) return;
  const { options, problems } = readOptions(given, Object.keys(WORDS));
  for (const problem of problems) complain(element, problem);
  const href = options.href || /** @type {HTMLAnchorElement} */ (element).href || "";
  known.set(element, { href, options });
  if (!FORMS.includes(form)) return complain(element, { code: "unknown-option", option: "form" });
  if (form === "inline") return inline(element, href, options);
  if (form === "visit") return visit(element, href, options);
  if (form === "float") asFloat(element, options);
  if (addressFor(element, href, options)) opens(element);
}

/** @param {HTMLElement} element @param {string} href @param {Record<string, string>} options */
function inline(element, href, options) {
  // The link stays until the frame speaks: where it is blocked or slow, the link is the way.
  const frame = frameFor(element, href, options, {
    ready: () => dress(element, { display: "none" }),
    lost: () => frame?.remove(),
    close: () => {},
  });
  if (frame) element.after(frame);
}

/** Always in a tab of its own: nothing of a visit stands in a frame. @param {HTMLElement} element @param {string} href @param {Record<string, string>} options */
function visit(element, href, options) {
  if (!href) return complain(element, { code: "no-address", option: "href" });
  asButton(element, options);
  if (element.matches("a[href]")) {
    element.setAttribute("target", "_blank");
    element.setAttribute("rel", "noopener");
  } else {
    pressable(element);
    element.addEventListener("click", (event) => {
      event.preventDefault();
      open(href, "_blank", "noopener");
    });
  }
}

/** Any element may open the pop-up; one whose address is none of ours stays what it was. @param {HTMLElement} element */
function opens(element) {
  opening.add(element);
  element.setAttribute("aria-haspopup", "dialog");
  pressable(element);
}

/** What is no control of its own becomes one. @param {HTMLElement} element */
function pressable(element) {
  if (element.matches("a[href], button, input")) return;
  element.tabIndex = 0;
  element.setAttribute("role", "button");
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    element.click();
  });
}

/** @param {MouseEvent} event */
function pressed(event) {
  const from = event.target instanceof Element ? event.target.closest("[data-parlour=popup], [data-parlour=float]") : null;
  if (!(from instanceof HTMLElement) || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  begin(from, from.dataset.parlour || "", optionsIn(from.dataset));
  if (!opening.has(from)) return;
  event.preventDefault();
  const { href = "", options = {} } = known.get(from) || {};
  openPopup(from, href, options);
}

function scan() {
  for (const element of document.querySelectorAll("[data-parlour]")) {
    if (element instanceof HTMLElement) begin(element, element.dataset.parlour || "", optionsIn(element.dataset));
  }
}

/**
 * `on` hears of an event (or of all: '*'); `inline`, `popup`, `float` and `visit` do with `element` what the attribute
 * of that name does; `scan` looks for elements that came later.
 * @param {string} command
 * @param {any} [given]
 */
function Parlour(command, given = {}) {
  if (command === "scan") return scan();
  if (command === "on") return void (heard[given.action] ||= []).push(given.callback);
  const { element, ...options } = given;
  const found = typeof element === "string" ? document.querySelector(element) : element;
  if (!(found instanceof HTMLElement)) return complain(document.documentElement, { code: "no-element", option: "element" });
  found.dataset.parlour = command;
  begin(found, command, options);
}

Parlour.version = 1;
const waiting = /** @type {any} */ (window).Parlour?.q || [];
/** @type {any} */ (window).Parlour = Parlour;
for (const call of waiting) Parlour(...call);
document.addEventListener("click", pressed);
// At once for what is there, so that the times are on their way before the rest of the page is.
scan();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", scan);

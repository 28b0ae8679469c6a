// @ts-check
/** One frame and what is said between it and the page around: only with our own origin, and only by the contract. */
import { told } from "./contract.js";
import { afterwards, frameAddress } from "./options.js";

/** @typedef {{owner: Element, frame: HTMLIFrameElement, options: Record<string, string>, on: Record<string, () => void>, ready: boolean}} Talk */

const SCRIPT = /** @type {HTMLScriptElement} */ (document.currentScript);
export const ORIGIN = new URL(SCRIPT.src).origin;
const PATIENCE_MS = 8000;
/** @type {Talk[]} */
const talks = [];
/** @type {Record<string, ((event: object) => void)[]>} */
export const heard = {};

/**
 * @param {Element} owner  the element that was written for it
 * @param {string} type
 * @param {Record<string, any>} [data]
 */
export function tell(owner, type, data) {
  const detail = told(type, data);
  if (!detail) return;
  owner.dispatchEvent(new CustomEvent(`parlour:${type}`, { bubbles: true, composed: true, detail }));
  for (const one of [...(heard[type] || []), ...(heard["*"] || [])]) one({ type, detail, element: owner });
}

/** @param {Element} owner @param {{code: string, option?: string}} problem */
export function complain(owner, problem) {
  console.error(`Parlour: ${problem.code}${problem.option ? ` "${problem.option}"` : ""}`, owner);
  tell(owner, "error", problem);
}

/** @param {ElementCSSInlineStyle & Element} element @param {Record<string, string>} rules */
export function dress(element, rules) {
  for (const [name, value] of Object.entries(rules)) element.style.setProperty(name, value);
}

/**
 * What a frame for this link shows; nothing, and a complaint, where it leads to no booking page of ours.
 * @param {Element} owner
 * @param {string} href
 * @param {Record<string, string>} options
 */
export function addressFor(owner, href, options) {
  const zone = options.zone || Intl.DateTimeFormat().resolvedOptions().timeZone;
  const address = frameAddress(href, ORIGIN, location.origin, { ...options, zone });
  if (!address) complain(owner, { code: "no-address", option: "href" });
  return address;
}

/**
 * A frame for this link; nothing where the link does not lead to a booking page of ours.
 * @param {Element} owner
 * @param {string} href
 * @param {Record<string, string>} options
 * @param {Record<string, () => void>} on  what to do at `ready`, `lost` and `close`
 * @returns {HTMLIFrameElement | null}
 */
export function frameFor(owner, href, options, on) {
  const address = addressFor(owner, href, options);
  if (!address) return null;
  const frame = document.createElement("iframe");
  frame.title = options.title || owner.textContent?.trim() || "Parlour";
  frame.src = address;
  dress(frame, { border: "0", display: "block", width: "100%", height: "40rem", "color-scheme": "normal" });
  /** @type {Talk} */
  const talk = { owner, frame, options, on, ready: false };
  talks.push(talk);
  frame.addEventListener("load", () => setTimeout(() => talk.ready || lost(talk), PATIENCE_MS), { once: true });
  return frame;
}

/** @param {Talk} talk */
function lost(talk) {
  talks.splice(talks.indexOf(talk), 1);
  complain(talk.owner, { code: "not-shown" });
  talk.on.lost();
}

addEventListener("message", (event) => {
  if (event.origin !== ORIGIN || event.data?.parlour !== 1) return;
  const talk = talks.find((one) => one.frame.contentWindow === event.source);
  if (talk) hear(talk, event.data);
});

/** @param {Talk} talk @param {any} said */
function hear(talk, said) {
  const { frame, options, on, owner } = talk;
  if (said.type === "ready") {
    const { name, contact, redirect } = options;
    frame.contentWindow?.postMessage({ parlour: 1, type: "start", again: talk.ready, name, contact, redirect: !!redirect }, ORIGIN);
    if (talk.ready && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    talk.ready = true;
    on.ready();
  }
  if (said.type === "height" && said.height > 0) frame.style.height = `${Math.ceil(said.height)}px`;
  if (said.type === "close") on.close();
  else if (said.type === "go" && options.redirect && told("booked", said)?.id) location.assign(afterwards(options.redirect, location.href, said.id));
  else if (said.type !== "closed") tell(owner, said.type, said);
}

// @ts-check
/** Inside the frame: tells the page around what happened, and nobody else; hears from it alone. */
import { told } from "./contract.js";

const AT = document.documentElement.dataset.framed || "";
const { said = "", mailed, ...facts } = document.body.dataset;

/** @param {string} type @param {Record<string, any>} [data] */
function say(type, data) {
  parent.postMessage({ parlour: 1, type, ...data }, AT);
}

/** @param {string} type @param {Record<string, any>} [data] */
function tell(type, data) {
  const fields = told(type, data);
  if (fields) say(type, fields);
}

/** How tall the content is, now and whenever that changes. */
function tellHeight() {
  tell("height", { height: Math.ceil(document.body.getBoundingClientRect().height) });
}

/** What the page around knows of who comes; what they typed themselves stays. @param {string} name @param {unknown} value */
function fill(name, value) {
  const field = document.querySelector(`input[name="${name}"]`);
  if (typeof value === "string" && field instanceof HTMLInputElement && !field.value) field.value = value;
}

/** @param {any} start */
function begin(start) {
  document.documentElement.dataset.fits = "yes";
  fill("name", start.name);
  fill("contact", start.contact);
  if (start.again && !document.querySelector('[aria-invalid="true"]')) document.getElementById("main")?.focus();
  if (start.redirect && said === "booked") goOn();
}

/** Back to the site around: at once for who has their link by mail, else when they have kept it. */
function goOn() {
  if (mailed) return say("go", facts);
  const button = document.querySelector("[data-go]");
  if (!(button instanceof HTMLElement)) return;
  button.hidden = false;
  button.addEventListener("click", () => say("go", facts));
}

addEventListener("message", (event) => {
  if (event.origin !== AT || event.source !== parent || event.data?.parlour !== 1) return;
  if (event.data.type === "start") begin(event.data);
});

document.addEventListener("change", ({ target }) => {
  if (!(target instanceof HTMLInputElement) || target.name !== "start") return;
  const service = /** @type {any} */ (target.form?.elements.namedItem("service"))?.value;
  tell("slot-selected", { service, start: target.value });
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !event.defaultPrevented) say("close");
});

if (parent !== window && AT) {
  tell("ready");
  new ResizeObserver(tellHeight).observe(document.body);
  if (said) tell(said, facts);
}
// What every page of ours does, once the times are there.
import("../js/main.js");

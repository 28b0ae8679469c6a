// @ts-check
/** The floating button: the clinic's own link, lifted to a corner of its page. */
import { inkOn } from "./options.js";
import { dress } from "./talk.js";

/** @param {HTMLElement} link @param {Record<string, string>} options */
export function asButton(link, { colour = "#25573f" }) {
  dress(link, {
    display: "inline-flex", "align-items": "center", "justify-content": "center", "box-sizing": "border-box", "min-height": "48px", padding: "8px 24px",
    border: "0", "border-radius": "10px", background: colour, color: inkOn(colour), font: "500 18px/1.3 system-ui, sans-serif",
    "text-decoration": "none", cursor: "pointer",
  });
}

/** @param {HTMLElement} link @param {Record<string, string>} options */
export function asFloat(link, options) {
  asButton(link, options);
  const side = options.side || "end";
  dress(link, { position: "fixed", "inset-block-end": "24px", [`inset-inline-${side}`]: "24px", "z-index": "2147483000", "max-width": "calc(100vw - 48px)", "box-shadow": "0 2px 12px rgb(0 0 0 / 0.25)" });
}

// @ts-check
import { make } from "../lib/dom.js";

const YEAR = 60 * 60 * 24 * 365;

/**
 * <theme-choice data-legend data-device data-light data-dark>: light, dark or like the device, remembered.
 * The cookie `theme` lets the server write data-theme on <html>, so that no page flashes in the wrong light.
 */
export class ThemeChoice extends HTMLElement {
  connectedCallback() {
    if (this.firstElementChild) return;
    const options = [["", this.dataset.device], ["light", this.dataset.light], ["dark", this.dataset.dark]];
    const select = /** @type {HTMLSelectElement} */ (
      make("select", { class: "input theme-select", "aria-label": this.dataset.legend || "" },
        ...options.map(([value, words]) => make("option", { value: value || "" }, words || "")))
    );
    select.value = document.documentElement.dataset.theme || "";
    select.addEventListener("change", () => this.choose(select.value));
    this.append(select);
  }

  /** @param {string} theme '' follows the device */
  choose(theme) {
    document.documentElement.dataset.theme = theme;
    const secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = `theme=${theme}; Path=/; Max-Age=${theme ? YEAR : 0}; SameSite=Lax${secure}`;
  }
}

customElements.define("theme-choice", ThemeChoice);

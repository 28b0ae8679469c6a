// @ts-check
/** <mood-entry> around the form of an entry of mood; what it does stands in own-entry.js, and how one is filled offline here. */
import { all, one } from "../lib/dom.js";
import { diary, dose, ownTag } from "../offline/filling.js";
import { OwnEntry, todayHere } from "../offline/own-entry.js";

const FORM = "mood:form";

export class MoodEntry extends OwnEntry {
  async remember() {
    const share = this.querySelector("[name=share]:checked");
    await this.docs?.put(FORM, {
      own: all(this, "[name=own]").map((input) => /** @type {HTMLInputElement} */ (input).value),
      doses: all(this, "fieldset[id^=dose-]").map((field) => [field.id.slice("dose-".length), one(field, "legend").textContent]),
      card: Boolean(this.querySelector("#card")),
      urges: all(this, "fieldset[id^=urge-]").map((field) => field.id.slice("urge-".length)),
      share: share instanceof HTMLInputElement ? share.value : "me",
    });
  }

  /** @param {HTMLFormElement} form */
  async recall(form) {
    await super.recall(form);
    one(form, "[name=day]", HTMLInputElement).max = todayHere();
    const kept = await this.docs?.get(FORM);
    for (const tag of kept?.own || []) one(this, "[data-tags]").append(ownTag(tag));
    for (const [id, name] of kept?.doses || []) one(this, "#tags").before(dose(id, name));
    if (kept?.card) one(this, "#tags").after(diary(kept.urges));
    this.chooseShare(kept?.share || "me");
  }
}

customElements.define("mood-entry", MoodEntry);

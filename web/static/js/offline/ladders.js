// @ts-check
/** Ladders whose steps may be faced alone, as a device of the patient's own keeps them: sealed, in one document. */

const DOC = "ladders";

/** @typedef {{of: string, name: string, steps: {key: string, text: string}[]}} Ladder */

/** @param {import("./sealed.js").Sealed} docs @returns {Promise<Ladder[]>} */
export async function keptLadders(docs) {
  return (await docs.get(DOC)) || [];
}

/** These and no others. @param {import("./sealed.js").Sealed} docs @param {Ladder[]} ladders */
export function keepLadders(docs, ladders) {
  return ladders.length ? docs.put(DOC, ladders) : docs.drop(DOC);
}

/** A choice among all steps, by ladder. @param {HTMLSelectElement} choice @param {Ladder[]} ladders */
export function listSteps(choice, ladders) {
  choice.replaceChildren(...ladders.map(({ of, name, steps }) => {
    const group = document.createElement("optgroup");
    group.label = name;
    group.append(...steps.map(({ key, text }) => {
      const option = new Option(text, key);
      option.dataset.of = of;
      option.dir = "auto";
      return option;
    }));
    return group;
  }));
}

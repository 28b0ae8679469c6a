// @ts-check
const HERS = "parlour-own"; // sealed, on a device of somebody's own; the next is the clinic's, and nobody's who leaves
const CLINICS = "parlour-observing";
const CHOICE = "leaving";

/** Whether who leaves at once wants nothing to stay on this device either. @param {Storage | undefined} kept */
export function leavesNothing(kept = globalThis.localStorage) {
  try {
    return kept?.getItem(CHOICE) === "nothing";
  } catch {
    return false; // a browser that keeps nothing
  }
}

/** @param {boolean} nothing @param {Storage} kept */
export function chooseToLeave(nothing, kept = localStorage) {
  if (nothing) kept.setItem(CHOICE, "nothing");
  else kept.removeItem(CHOICE);
}

/**
 * What a tab kept, dropped when somebody leaves at once: gives the stores that it asked to delete. What waits sealed to be
 * sent stays, unless they chose that `nothing` does.
 * @param {{clear: () => void}} tab
 * @param {{databases?: () => Promise<{name?: string}[]>, deleteDatabase: (name: string) => any} | undefined} shelves
 * @param {boolean} [nothing]
 */
export async function drop(tab, shelves, nothing = false) {
  try {
    tab.clear();
  } catch {
    // a browser that keeps nothing
  }
  if (!shelves) return [];
  const listed = (await shelves.databases?.().catch(() => [])) ?? [];
  const known = new Set(["parlour", ...(nothing ? [HERS] : []), ...listed.flatMap(({ name }) => name || [])]);
  const names = [...known].filter((name) => name !== CLINICS && (nothing || name !== HERS));
  for (const name of names) shelves.deleteDatabase(name);
  return names;
}

// @ts-check
/**
 * What a tab kept, dropped when somebody leaves at once: gives the stores that it asked to delete.
 * @param {{clear: () => void}} tab
 * @param {{databases?: () => Promise<{name?: string}[]>, deleteDatabase: (name: string) => any} | undefined} shelves
 */
export async function drop(tab, shelves) {
  try {
    tab.clear();
  } catch {
    // a browser that keeps nothing
  }
  if (!shelves) return [];
  const listed = (await shelves.databases?.().catch(() => [])) ?? [];
  const names = [...new Set(["parlour", ...listed.flatMap(({ name }) => name || [])])];
  for (const name of names) shelves.deleteDatabase(name);
  return names;
}

// @ts-check
/** Documents as long as the page is open, where nothing is to be kept or nothing can be. @returns {import("./sealed.js").Sealed} */
export function inMemory() {
  const kept = new Map();
  return {
    put: async (name, value) => void kept.set(name, value),
    get: async (name) => kept.get(name) ?? null,
    drop: async (name) => void kept.delete(name),
    names: async (begin) => [...kept.keys()].filter((name) => name.startsWith(begin)),
  };
}

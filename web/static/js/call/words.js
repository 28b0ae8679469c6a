// @ts-check
// Sentences stand in the page, where they are translated: <template data-words> holds one element per key.

/**
 * @param {ParentNode} root
 * @returns {(key: string, values?: Record<string, string | undefined>) => string}
 */
export function wordsOf(root) {
  /** @type {Map<string, string>} */
  const all = new Map()
  for (const list of /** @type {NodeListOf<HTMLTemplateElement>} */ (root.querySelectorAll('template[data-words]'))) {
    for (const one of list.content.querySelectorAll('[data-word]')) {
      all.set(one.getAttribute('data-word') ?? '', (one.textContent ?? '').trim().replace(/\s+/g, ' '))
    }
  }
  return (key, values = {}) => (all.get(key) ?? '').replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '')
}

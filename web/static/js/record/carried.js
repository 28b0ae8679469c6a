// @ts-check
/**
 * What a page holds of each section, as the names and values that are sent.
 * @param {ParentNode} sheet @returns {[string, string][]}
 */
export function carried(sheet) {
  const texts = /** @type {HTMLTextAreaElement[]} */ ([...sheet.querySelectorAll("textarea[data-section]")]);
  return texts.flatMap((text) => {
    const version = /** @type {HTMLInputElement | null} */ (text.form?.elements.namedItem("version"));
    const key = text.dataset.section;
    return /** @type {[string, string][]} */ ([[`text_${key}`, text.value], [`version_${key}`, version?.value ?? "0"]]);
  });
}

// @ts-check
/** What a server's answer means for a form. @param {number} status @returns {"sent" | "overtaken" | "wants" | "kept"} */
export function meaning(status) {
  if (status >= 200 && status < 400) return "sent";
  if (status === 409) return "overtaken";
  if (status === 422 || status === 404) return "wants";
  return "kept";
}

// @ts-check
/**
 * What a server's answer means for a form. closed: nobody is signed in; kept: it is sent again, as is what was closed.
 * @param {number} status @returns {"sent" | "overtaken" | "wants" | "closed" | "kept"}
 */
export function meaning(status) {
  if (status >= 200 && status < 400) return "sent";
  if (status === 409) return "overtaken";
  if (status === 422 || status === 404) return "wants";
  return status === 401 ? "closed" : "kept";
}

// @ts-check
/** Requests to our own server. A refusal is a value; only a lost network throws. */

/**
 * @typedef {object} Answer
 * @property {boolean} ok
 * @property {number} status
 * @property {any} data   parsed JSON, or the text
 */

/**
 * @param {Response} response
 * @returns {Promise<Answer>}
 */
async function answer(response) {
  const type = response.headers.get("content-type") || "";
  const data = type.includes("json") ? await response.json() : await response.text();
  return { ok: response.ok, status: response.status, data };
}

/**
 * @param {string} url
 * @param {{signal?: AbortSignal, accept?: string}} [options]
 * @returns {Promise<Answer>}
 */
export async function get(url, { signal, accept = "application/json" } = {}) {
  return answer(await fetch(url, { headers: { accept }, credentials: "same-origin", cache: "no-store", signal }));
}

/**
 * POST form fields, the way a form without script would.
 * @param {string} url
 * @param {Record<string, string> | FormData | URLSearchParams} [fields]
 * @param {{signal?: AbortSignal, keepalive?: boolean}} [options]
 * @returns {Promise<Answer>}
 */
export async function post(url, fields = {}, { signal, keepalive = false } = {}) {
  const body = fields instanceof FormData || fields instanceof URLSearchParams ? fields : new URLSearchParams(fields);
  return answer(
    await fetch(url, { method: "POST", body, headers: { accept: "application/json" }, credentials: "same-origin", signal, keepalive }),
  );
}

/**
 * POST a JSON value.
 * @param {string} url
 * @param {any} value
 * @param {{signal?: AbortSignal}} [options]
 * @returns {Promise<Answer>}
 */
export async function postJson(url, value, { signal } = {}) {
  return answer(
    await fetch(url, {
      method: "POST",
      body: JSON.stringify(value),
      headers: { accept: "application/json", "content-type": "application/json" },
      credentials: "same-origin",
      signal,
    }),
  );
}

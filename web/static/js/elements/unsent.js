// @ts-check
/** What could not be sent yet, kept in this tab: the newest form of each line, so that a reload or a dead server loses none. */

/**
 * @typedef {{url: string, body: string}} Form
 * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} storage @param {string} name
 */
export function openUnsent(storage, name) {
  /** @returns {Record<string, Form>} */
  const read = () => {
    try {
      return JSON.parse(storage.getItem(name) || "{}");
    } catch {
      return {}; // written by somebody else, or closed: begin anew
    }
  };
  /** @param {Record<string, Form>} forms */
  const write = (forms) => {
    try {
      if (Object.keys(forms).length) storage.setItem(name, JSON.stringify(forms));
      else storage.removeItem(name);
    } catch {
      return; // full or closed: it is still sent, only not kept
    }
  };
  return {
    /** The newest form of a line takes the place of an older one. @param {string} line @param {Form} form */
    put: (line, form) => write({ ...read(), [line]: form }),
    /** Off the list, unless a newer one was put meanwhile. @param {string} line @param {Form} form */
    drop: (line, form) => {
      const { [line]: kept, ...others } = read();
      if (kept && kept.url === form.url && kept.body === form.body) write(others);
    },
    /** @returns {[string, Form][]} */
    all: () => Object.entries(read()),
  };
}

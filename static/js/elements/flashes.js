/** A changed cell gets a wash that fades: rarely, never in a storm, never for some. */

/** @typedef {Record<string, any>} Row */

const MOST_ROWS = 20;
const REST_MS = 1000;
const FADE_MS = 150;

const WATCHED = /** @type {Record<string, (row: Row) => string>} */ ({
  state: (row) => `${row.state} ${row.phase} ${row.offer?.id}`,
  agent: (row) => String(row.agent),
  queue: (row) => String(row.queue),
  mood: (row) => String(row.sentiment?.level),
});

export class Flashes {
  /** @type {Map<string, string[]>} row id -> columns */
  #planned = new Map();
  /** @type {Map<string, number>} row id -> when it was last washed */
  #last = new Map();
  #calm = matchMedia("(prefers-reduced-motion: reduce)");

  /**
   * @param {Row[]} before
   * @param {Row[]} after in the same order
   */
  plan(before, after) {
    after.forEach((row, index) => {
      const columns = Object.keys(WATCHED).filter(
        (name) => WATCHED[name](row) !== WATCHED[name](before[index]),
      );
      if (columns.length && !row.leaving) this.#planned.set(String(row.id), columns);
    });
  }

  /** @param {any} api of the grid, after the rows are in it */
  show(api) {
    const planned = [...this.#planned];
    this.#planned.clear();
    if (this.#calm.matches || planned.length > MOST_ROWS) return;
    for (const [id, columns] of planned) this.#flash(api, id, columns);
  }

  /**
   * @param {any} api
   * @param {string} id
   * @param {string[]} columns
   */
  #flash(api, id, columns) {
    const now = performance.now();
    const node = api.getRowNode(id);
    if (!node?.displayed || now - (this.#last.get(id) ?? -REST_MS) < REST_MS) return;
    if (this.#last.size > 500) this.#last.clear();
    this.#last.set(id, now);
    api.flashCells({
      rowNodes: [node],
      columns,
      flashDuration: 0,
      fadeDuration: FADE_MS,
    });
  }
}

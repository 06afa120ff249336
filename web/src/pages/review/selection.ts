/** Which items are chosen and where the keyboard is; by id, so that new items change nothing. */

export interface Selection {
  chosen: ReadonlySet<string>;
  /** Where the keyboard stands. */
  cursor: string | null;
  /** Where a range began. */
  anchor: string | null;
}

export const nothing: Selection = { chosen: new Set(), cursor: null, anchor: null };

export type Step = "left" | "right" | "up" | "down" | "first" | "last";

/** Where a step leads in a grid that fills its rows from the left. */
export function stepped(count: number, columns: number, index: number | null, step: Step): number {
  if (count === 0) return -1;
  if (index === null || index < 0) return step === "last" ? count - 1 : 0;
  const wide = Math.max(1, columns);
  const to = {
    left: index - 1,
    right: index + 1,
    up: index - wide,
    down: index + wide,
    first: 0,
    last: count - 1,
  }[step];
  if (to < 0) return step === "up" ? index : 0;
  if (to >= count) {
    // From the last row but one, down leads to the end rather than nowhere.
    const lastRow = Math.floor((count - 1) / wide);
    return step === "down" && Math.floor(index / wide) === lastRow ? index : count - 1;
  }
  return to;
}

export function toggled(selection: Selection, id: string): Selection {
  const chosen = new Set(selection.chosen);
  if (!chosen.delete(id)) chosen.add(id);
  return { chosen, cursor: id, anchor: id };
}

/** Everything between where the range began and `to`, in the order shown. */
export function ranged(selection: Selection, ids: string[], to: string): Selection {
  const anchor = selection.anchor ?? selection.cursor ?? to;
  const a = ids.indexOf(anchor);
  const b = ids.indexOf(to);
  if (b < 0) return selection;
  const from = a < 0 ? b : a;
  const chosen = new Set(ids.slice(Math.min(from, b), Math.max(from, b) + 1));
  return { chosen, cursor: to, anchor: ids[from] ?? to };
}

export function all(selection: Selection, ids: string[]): Selection {
  return { ...selection, chosen: new Set(ids) };
}

/** What an action is about: what is chosen, else where the keyboard is. */
export function targets(selection: Selection, ids: string[]): string[] {
  if (selection.chosen.size > 0) return ids.filter((id) => selection.chosen.has(id));
  return selection.cursor !== null && ids.includes(selection.cursor) ? [selection.cursor] : [];
}

/** Forgets what is no longer shown; the cursor goes to what took its place. */
export function kept(selection: Selection, before: string[], ids: string[]): Selection {
  const known = new Set(ids);
  const chosen = [...selection.chosen].filter((id) => known.has(id));
  let cursor = selection.cursor;
  if (cursor !== null && !known.has(cursor)) {
    const was = before.indexOf(cursor);
    cursor = was < 0 ? null : (ids[Math.min(was, ids.length - 1)] ?? null);
  }
  if (chosen.length === selection.chosen.size && cursor === selection.cursor) return selection;
  return { chosen: new Set(chosen), cursor, anchor: selection.anchor };
}

/** What comes before and after an opened item; also when it has left the list meanwhile, and the
 *  cursor stands at what took its place. */
export function beside(
  opened: string,
  cursor: string | null,
  ids: string[],
): { newer: string | null; older: string | null } {
  const at = ids.indexOf(opened);
  if (at >= 0) return { newer: ids[at - 1] ?? null, older: ids[at + 1] ?? null };
  const place = cursor === null ? 0 : ids.indexOf(cursor);
  if (place < 0) return { newer: null, older: ids[0] ?? null };
  return { newer: ids[place - 1] ?? null, older: ids[place] ?? null };
}

/** Pictures per page of the wall. */
export const layouts = [1, 4, 9, 16] as const;
export type Layout = (typeof layouts)[number];

/** The smallest layout that shows all, or the largest there is. */
export function fittingLayout(cameras: number): Layout {
  return layouts.find((n) => n >= cameras) ?? 16;
}

export function parseLayout(text: string | null): Layout | null {
  return layouts.find((n) => String(n) === text) ?? null;
}

import { texts } from "../../texts";

const kSide = 16;

/** Cells as shares of the strongest; all nothing if nothing moved. */
export function relative(cells: number[]): number[] {
  const most = Math.max(0, ...cells);
  return cells.map((cell) => (most > 0 ? Math.max(0, cell) / most : 0));
}

/** Where most moved, in words: a colour alone tells nobody who cannot see it. */
export function strongest(cells: number[]): { words: string; value: number } | null {
  let best = -1;
  cells.forEach((cell, i) => {
    if (cell > (cells[best] ?? 0)) best = i;
  });
  if (best < 0) return null;
  const { rows, columns } = texts.explore.places;
  const part = (index: number, names: string[]) =>
    names[Math.min(names.length - 1, Math.floor((index / kSide) * names.length))] ?? "";
  return {
    words: `${part(Math.floor(best / kSide), rows)}, ${part(best % kSide, columns)}`,
    value: cells[best] ?? 0,
  };
}

/** From cold to warm; nothing is clear. */
export function colourOf(share: number): string {
  if (share <= 0.01) return "transparent";
  const hue = 210 - 210 * Math.min(1, share);
  return `hsl(${hue.toFixed(0)} 95% 52% / ${(0.18 + 0.52 * share).toFixed(2)})`;
}

import type { ThresholdFigure } from "../../api/faces";

/**
 * The figures measured at a threshold or next below it, where false matches are no rarer: nothing
 * is promised that was not measured. Null below the lowest that was.
 */
export function figureAt(figures: ThresholdFigure[], threshold: number): ThresholdFigure | null {
  let best: ThresholdFigure | null = null;
  for (const figure of figures) {
    if (figure.threshold > threshold + 1e-6) continue;
    if (best === null || figure.threshold > best.threshold) best = figure;
  }
  return best;
}

/** "about 3", "0.04", "fewer than 0.01": what a person can weigh. */
export function perDay(count: number): string {
  if (count < 0.01) return count <= 0 ? "0" : "fewer than 0.01";
  if (count < 1) return String(Number(count.toPrecision(1)));
  if (count < 10) return String(Number(count.toPrecision(2)));
  return Math.round(count).toLocaleString("en-GB");
}

/** 0.0023 → "0.23 %", small shares with two figures. */
export function share(rate: number): string {
  const value = rate * 100;
  if (value === 0) return "0 %";
  if (value < 0.001) return "< 0.001 %";
  return `${value >= 10 ? value.toFixed(0) : Number(value.toPrecision(2))} %`;
}

/** How unequal groups are treated, in one of four ways a person can act on. */
export type Inequality =
  | { kind: "none" }
  | { kind: "unknown" }
  | { kind: "even" }
  | { kind: "worst"; group: string; times: string };

export function inequalityOf(figure: ThresholdFigure): Inequality {
  if (figure.groups.length === 0) return { kind: "none" };
  const { worst_over_mean: times, worst_group: group } = figure;
  if (times === null || group === null) return { kind: "unknown" };
  if (times < 1.5) return { kind: "even" };
  return { kind: "worst", group, times: times >= 10 ? times.toFixed(0) : times.toFixed(1) };
}

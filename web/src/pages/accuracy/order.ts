import type { Accuracy } from "../../api/types";

export type Standing = "suspended" | "below" | "runs" | "unknown";

/** How a rule stands to its floor. */
export function standingOf(row: Accuracy): Standing {
  if (row.suspended) return "suspended";
  if (row.precision === null) return "unknown";
  return row.floor !== null && row.precision < row.floor ? "below" : "runs";
}

const grave: Standing[] = ["suspended", "below", "runs", "unknown"];

/** What needs somebody first, then by camera and rule. */
export function ordered(rows: Accuracy[]): Accuracy[] {
  return [...rows].sort(
    (a, b) =>
      grave.indexOf(standingOf(a)) - grave.indexOf(standingOf(b)) ||
      a.camera.localeCompare(b.camera) ||
      a.rule.localeCompare(b.rule) ||
      a.model.localeCompare(b.model),
  );
}

/** "87 %"; a share that is not all or nothing never reads as if it were. */
export function percent(share: number): string {
  const value = share * 100;
  const whole = Math.round(value);
  if (whole === 100 && value < 100) return `${Math.min(99.9, value).toFixed(1)} %`;
  if (whole === 0 && value > 0) return `${Math.max(0.1, value).toFixed(1)} %`;
  return `${whole} %`;
}

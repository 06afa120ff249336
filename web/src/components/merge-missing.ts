import type { Missing, Task } from "../api/types";

export interface MergedMissing {
  what: string;
  rules: string[];
  /** What to do, each wording once. */
  steps: string[];
  /** Whose task it usually is; empty where it is nobody's. */
  owner: Missing["owner"];
  /** The last day to begin, of what is asked for from a day on. */
  startBy?: string;
}

/** A record that several rules ask for is put on record once, so it is shown once. */
export function mergeMissing(missing: (Missing | Task)[]): MergedMissing[] {
  const out = new Map<string, MergedMissing>();
  for (const one of missing) {
    const { what, rule, next_step, owner } = one;
    const item: MergedMissing = out.get(what) ?? { what, rules: [], steps: [], owner };
    if ("start_by" in one && (item.startBy === undefined || one.start_by < item.startBy)) {
      item.startBy = one.start_by;
    }
    if (!item.rules.includes(rule)) item.rules.push(rule);
    const step = next_step.trim();
    if (step !== "" && !item.steps.includes(step)) item.steps.push(step);
    out.set(what, item);
  }
  return [...out.values()];
}

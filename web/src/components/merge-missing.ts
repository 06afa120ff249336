import type { Missing } from "../api/types";

export interface MergedMissing {
  what: string;
  rules: string[];
  /** What to do, each wording once. */
  steps: string[];
}

/** A record that several rules ask for is put on record once, so it is shown once. */
export function mergeMissing(missing: Missing[]): MergedMissing[] {
  const out = new Map<string, MergedMissing>();
  for (const { what, rule, next_step } of missing) {
    const item = out.get(what) ?? { what, rules: [], steps: [] };
    if (!item.rules.includes(rule)) item.rules.push(rule);
    const step = next_step.trim();
    if (step !== "" && !item.steps.includes(step)) item.steps.push(step);
    out.set(what, item);
  }
  return [...out.values()];
}

import { describe, expect, it } from "vitest";
import type { Accuracy } from "../../api/types";
import { ordered, percent, standingOf } from "./order";

const row = (rule: string, change: Partial<Accuracy> = {}): Accuracy => ({
  camera: "gate",
  rule,
  kind: "intrusion",
  model: "embedded",
  judged: 10,
  true: 9,
  false: 1,
  unsure: 0,
  precision: 0.9,
  low: 0.55,
  high: 0.99,
  floor: 0.5,
  suspended: false,
  ...change,
});

describe("accuracy", () => {
  it("shows first what needs somebody", () => {
    const rows = [
      row("never", { precision: null, judged: 0 }),
      row("good"),
      row("poor", { precision: 0.4 }),
      row("gone", { precision: 0.1, suspended: true }),
    ];
    expect(ordered(rows).map((r) => r.rule)).toEqual(["gone", "poor", "good", "never"]);
    expect(rows.map((r) => r.rule)).toEqual(["never", "good", "poor", "gone"]);
  });

  it("is below no floor where there is none", () => {
    expect(standingOf(row("r", { precision: 0.01, floor: null }))).toBe("runs");
  });

  it("never reads as certain when it is not", () => {
    expect(percent(0.9999)).toBe("99.9 %");
    expect(percent(0.0001)).toBe("0.1 %");
    expect(percent(0.994)).toBe("99 %");
    expect(percent(1)).toBe("100 %");
    expect(percent(0)).toBe("0 %");
  });
});

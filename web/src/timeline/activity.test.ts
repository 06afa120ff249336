import { describe, expect, it } from "vitest";
import { activityAt, columns, heightOf, stepFor } from "./activity";

const at = (minute: number) => Date.UTC(2026, 10, 22, 12, minute);
const activity = {
  camera: "gate",
  from: "2026-11-22T12:00:00.000000Z",
  step: 60,
  values: [0, 0.2, null, 0.9],
};

describe("the strip of activity", () => {
  it("asks for a few hundred values, in whole minutes", () => {
    expect(stepFor({ from: at(0), to: at(120) })).toBe(60);
    expect(stepFor({ from: 0, to: 7 * 86_400_000 })).toBe(1020);
    expect(stepFor({ from: 0, to: 7 * 86_400_000 }) % 60).toBe(0);
  });

  it("shows the strongest of what falls into a column", () => {
    expect(columns(activity, { from: at(0), to: at(4) }, 8)).toEqual([0, 0.2, null, 0.9]);
    expect(columns(activity, { from: at(0), to: at(4) }, 4)).toEqual([0.2, 0.9]);
    expect(columns(activity, { from: at(2), to: at(6) }, 8)).toEqual([null, 0.9, null, null]);
  });

  it("is the same value where a column is finer than a step", () => {
    expect(columns(activity, { from: at(1), to: at(2) }, 6)).toEqual([0.2, 0.2, 0.2]);
  });

  it("lets small movements be seen", () => {
    expect(heightOf(0.01, 20)).toBeCloseTo(2);
    expect(heightOf(0.0001, 20)).toBe(1);
    expect(heightOf(0, 20)).toBe(0);
    expect(heightOf(2, 20)).toBe(20);
  });

  it("says what moved at a moment", () => {
    expect(activityAt(activity, at(1) + 5000)).toBe(0.2);
    expect(activityAt(activity, at(2))).toBeNull();
    expect(activityAt(activity, at(-1))).toBeNull();
  });
});

import { describe, expect, it } from "vitest";
import { clipOf } from "./ClipPlayer";

describe("the clip around an event", () => {
  const now = 1_000_000_000;
  it("begins a little before and ends a little after", () => {
    expect(clipOf(now - 60_000, now - 50_000, now)).toEqual({
      from: now - 65_000,
      to: now - 45_000,
    });
  });
  it("of one that lasts ends at the newest picture", () => {
    expect(clipOf(now - 60_000, null, now).to).toBe(now - 1000);
  });
  it("of one that lasted hours is its beginning", () => {
    const { from, to } = clipOf(now - 7_200_000, now, now);
    expect(to - from).toBe(310_000);
  });
  it("is never empty", () => {
    const { from, to } = clipOf(now - 100, null, now);
    expect(to).toBeGreaterThan(from);
  });
});

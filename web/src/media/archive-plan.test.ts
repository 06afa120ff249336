import { describe, expect, it } from "vitest";
import {
  bufferedUntil,
  chunkEnd,
  isAtEdge,
  nextRequest,
  overHole,
  pictureLength,
} from "./archive-plan";

const ranges = (...list: [number, number][]) => ({
  length: list.length,
  start: (i: number) => (list[i] as [number, number])[0],
  end: (i: number) => (list[i] as [number, number])[1],
});

describe("asking for recordings", () => {
  it("never asks for more than the server gives at once", () => {
    for (const rate of [0.5, 1, 2, 4, 8]) {
      expect(chunkEnd(0, false, rate)).toBeLessThanOrEqual(30_000);
    }
    expect(chunkEnd(0, true, 8)).toBeLessThan(chunkEnd(0, false, 1));
  });

  const spans = [
    { from: 0, to: 10_000 },
    { from: 60_000, to: 90_000 },
  ];

  it("goes on where the pictures ended", () => {
    expect(nextRequest(spans, 0, 4000, 3960)).toEqual({ kind: "ask", from: 3960 });
  });

  it("goes on behind a gap", () => {
    expect(nextRequest(spans, 10_000, 30_000, null)).toEqual({ kind: "ask", from: 60_000 });
  });

  it("waits at the newest picture", () => {
    expect(nextRequest(spans, 90_000, 110_000, null)).toEqual({ kind: "edge" });
    expect(nextRequest(spans, 89_990, 110_000, 90_000)).toEqual({ kind: "edge" });
    expect(nextRequest(spans, 88_000, 110_000, null)).toEqual({ kind: "edge" });
  });

  it("steps over a stretch the timeline promises and the server does not have", () => {
    expect(nextRequest(spans, 61_000, 65_000, null)).toEqual({ kind: "ask", from: 65_000 });
  });
});

describe("the newest picture", () => {
  it("is waited for instead of asked for without pause", () => {
    expect(isAtEdge(20_000, 9_800, 10_000)).toBe(true);
    expect(isAtEdge(20_000, 20_000, 21_000)).toBe(false);
    expect(isAtEdge(20_000, 9_800, 60_000)).toBe(false);
    expect(isAtEdge(20_000, null, 10_000)).toBe(false);
  });
});

describe("the length of a picture", () => {
  it("is told by the shortest distance, because a slow machine skips pictures", () => {
    expect(pictureLength([0.3, 0.1, 0.2, 4, -2], 0.04)).toBeCloseTo(0.1);
    expect(pictureLength([3, -1, 0], 0.04)).toBeCloseTo(0.04);
  });
});

describe("what is buffered", () => {
  it("reaches over tiny seams and stops at holes", () => {
    expect(bufferedUntil(ranges([0, 4], [4.05, 8], [9, 12]), 1)).toBe(8);
    expect(bufferedUntil(ranges([5, 8]), 1)).toBe(1);
  });

  it("tells where to land behind a hole, and only when standing before one", () => {
    expect(overHole(ranges([0, 4], [9, 12]), 3)).toBeNull();
    expect(overHole(ranges([0, 4], [9, 12]), 3.97)).toBe(9);
    expect(overHole(ranges([0, 4], [9, 12]), 6)).toBe(9);
    expect(overHole(ranges([0, 4]), 4)).toBeNull();
  });
});

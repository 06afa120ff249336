import { describe, expect, it } from "vitest";
import {
  barOf,
  gapNear,
  mergeSpans,
  nextRecorded,
  orderedRange,
  previousRecorded,
  recordedWithin,
} from "./layout";

const spans = [
  { from: 0, to: 100 },
  { from: 200, to: 300 },
];

describe("recorded spans", () => {
  it("that touch are one to a person, whatever their order", () => {
    const merged = mergeSpans(
      [
        { from: 10, to: 20 },
        { from: 0, to: 10 },
        { from: 22, to: 30 },
        { from: 5, to: 8 },
        { from: 40, to: 50 },
      ],
      2,
    );
    expect(merged).toEqual([
      { from: 0, to: 30 },
      { from: 40, to: 50 },
    ]);
  });

  it("say where playing can go on", () => {
    expect(nextRecorded(spans, 50)).toBe(50);
    expect(nextRecorded(spans, 100)).toBe(200);
    expect(nextRecorded(spans, 300)).toBeNull();
    expect(previousRecorded(spans, 150)).toBe(100);
    expect(previousRecorded(spans, -1)).toBeNull();
  });

  it("are measured within a range", () => {
    expect(recordedWithin(spans, { from: 50, to: 250 })).toBe(100);
  });
});

describe("bars", () => {
  const window = { from: 0, to: 1000 };

  it("are cut at the edges and never vanish", () => {
    expect(barOf({ from: -50, to: 100 }, window, 500)).toEqual({ x: 0, width: 50 });
    expect(barOf({ from: 500, to: 500.001 }, window, 500, 2)).toEqual({ x: 250, width: 2 });
    expect(barOf({ from: 999.9999, to: 2000 }, window, 500, 2)).toEqual({ x: 498, width: 2 });
  });

  it("are not drawn outside", () => {
    expect(barOf({ from: 1000, to: 1100 }, window, 500)).toBeNull();
    expect(barOf({ from: -10, to: 0 }, window, 500)).toBeNull();
  });
});

describe("gaps", () => {
  const gaps = [
    { from: 100, to: 101, cause: "refused", detail: "", open: false, leaf: null },
    { from: 105, to: 130, cause: "camera_lost", detail: "", open: false, leaf: null },
  ];

  it("are found when pointed at, and thin ones from nearby", () => {
    expect(gapNear(gaps, 120, 0)?.cause).toBe("camera_lost");
    expect(gapNear(gaps, 99, 2)?.cause).toBe("refused");
    expect(gapNear(gaps, 90, 2)).toBeNull();
    expect(gapNear(gaps, 104, 5)?.cause).toBe("camera_lost");
  });
});

describe("a range", () => {
  it("is put in order and ends now at the latest", () => {
    expect(orderedRange(50, 10, 40)).toEqual({ from: 10, to: 40 });
  });
});

import { describe, expect, it } from "vitest";
import { pathPoints, trackFilterOf } from "./filters";
import { colourOf, relative, strongest } from "./heat";

const of = (query: string) => trackFilterOf(new URLSearchParams(query));

describe("the search", () => {
  it("takes what the server knows and leaves out the rest", () => {
    expect(of("kind=person&colour=red&direction=left&min=30&camera=gate&zone=drive")).toEqual({
      kind: "person",
      colour: "red",
      direction: "left",
      min_seconds: 30,
      camera: "gate",
      zone: "drive",
    });
    expect(of("kind=dragon&colour=octarine&direction=inside&min=-3&from=never")).toEqual({});
    expect(of("kind=toString")).toEqual({});
  });

  it("passes over an end before the beginning", () => {
    const { from, to } = of("from=2026-11-23T14:00&to=2026-11-23T13:00");
    expect(from).toBeDefined();
    expect(to).toBeUndefined();
    expect(of("to=2026-11-23T13:00").to).toBeDefined();
  });
});

describe("a path", () => {
  it("lies in the picture and does not stand still a hundred times", () => {
    const size = { width: 200, height: 100 };
    expect(
      pathPoints(
        [
          [0, 0, 0],
          [0.001, 0, 1],
          [0.5, 0.5, 2],
          [0.5, 0.5, 3],
        ],
        size,
      ),
    ).toEqual([
      { x: 0, y: 0 },
      { x: 100, y: 50 },
    ]);
  });
});

describe("the heat map", () => {
  const cells = Array.from({ length: 256 }, (_, i) =>
    i === 16 * 15 + 1 ? 0.4 : i === 0 ? 0.1 : 0,
  );

  it("is relative to the strongest cell", () => {
    expect(relative(cells)[0]).toBeCloseTo(0.25);
    expect(relative(new Array<number>(256).fill(0)).every((v) => v === 0)).toBe(true);
  });

  it("says in words where most moved", () => {
    expect(strongest(cells)).toEqual({ words: "bottom, far left", value: 0.4 });
    expect(strongest([0, 0])).toBeNull();
  });

  it("is clear where nothing moved", () => {
    expect(colourOf(0)).toBe("transparent");
    expect(colourOf(1)).toContain("hsl(0 ");
  });
});

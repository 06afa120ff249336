import { describe, expect, it } from "vitest";
import { pictureRect } from "../../media/picture-rect";
import {
  area,
  contains,
  crossesItself,
  flip,
  freeName,
  insertPoint,
  inwards,
  kMostPoints,
  movePoint,
  moveZone,
  removePoint,
  type Zone,
} from "./geometry";

const p = (x: number, y: number) => ({ x, y });
const square: Zone = { name: "s", points: [p(0.2, 0.2), p(0.6, 0.2), p(0.6, 0.6), p(0.2, 0.6)] };
const line: Zone = { name: "l", points: [p(0.1, 0.5), p(0.9, 0.5)] };

describe("a zone", () => {
  it("keeps its points inside the picture", () => {
    expect(movePoint(square, 1, p(1.4, -0.2)).points[1]).toEqual(p(1, 0));
  });

  it("stops at the edge without losing its shape", () => {
    const moved = moveZone(square, p(0.9, -0.9));
    expect(moved.points).toEqual([p(0.6, 0), p(1, 0), p(1, 0.4), p(0.6, 0.4)]);
    expect(area(moved.points)).toBeCloseTo(area(square.points));
  });

  it("gets a point in the middle of a side, also of the last", () => {
    expect(insertPoint(square, 3).points[4]).toEqual(p(0.2, 0.4));
    expect(insertPoint(square, 0, p(0.33333, 0.1)).points[1]).toEqual(p(0.3333, 0.1));
  });

  it("has an end to its points", () => {
    let grown: Zone = square;
    for (let i = 0; i < 100; i += 1) grown = insertPoint(grown, 0);
    expect(grown.points).toHaveLength(kMostPoints);
  });

  it("loses points but never becomes a line by accident", () => {
    const triangle = removePoint(square, 0);
    expect(triangle?.points).toHaveLength(3);
    expect(removePoint(triangle as Zone, 0)).toBeNull();
    expect(removePoint(line, 0)).toBeNull();
  });

  it("knows when its sides cross", () => {
    expect(crossesItself(square.points)).toBe(false);
    expect(crossesItself([p(0, 0), p(1, 1), p(1, 0), p(0, 1)])).toBe(true);
    expect(crossesItself([p(0, 0), p(1, 0), p(0.5, 1)])).toBe(false);
  });

  it("knows what is inside, also with a dent", () => {
    const dent = [p(0, 0), p(1, 0), p(1, 1), p(0.5, 0.3), p(0, 1)];
    expect(contains(dent, p(0.5, 0.1))).toBe(true);
    expect(contains(dent, p(0.5, 0.8))).toBe(false);
  });
});

describe("a line", () => {
  it("stays one", () => expect(insertPoint(line, 0)).toBe(line));

  it("points to the other side when flipped", () => {
    const [a, b] = line.points as [Zone["points"][0], Zone["points"][0]];
    const [c, d] = flip(line).points as [Zone["points"][0], Zone["points"][0]];
    expect(inwards(a, b).y).toBeCloseTo(-inwards(c, d).y);
    // From left to right, "in" is downwards on the screen.
    expect(inwards(a, b).y).toBeCloseTo(1);
  });
});

describe("names", () => {
  it("are free ones", () => {
    expect(freeName("zone", [])).toBe("zone");
    expect(freeName("zone", ["zone", "zone-2", "zone-4"])).toBe("zone-3");
  });
});

describe("the picture in its box", () => {
  it("has bars beside it or above it", () => {
    expect(pictureRect({ width: 1600, height: 900 }, { width: 640, height: 480 })).toEqual({
      x: 200,
      y: 0,
      width: 1200,
      height: 900,
    });
    expect(pictureRect({ width: 100, height: 100 }, { width: 200, height: 100 }).y).toBe(25);
    expect(pictureRect({ width: 30, height: 20 }, null).width).toBe(30);
  });
});

import { expect, it } from "vitest";
import type { Turn } from "../../api/types";
import { announcedList, byDay } from "./by-day";

const turn = (on: string, after: string) => ({ on, after }) as Turn;

it("gathers changes under their day and keeps their order", () => {
  const days = byDay([turn("2027-01-01", "a"), turn("2027-01-01", "b"), turn("2027-12-02", "c")]);
  expect(days.map((day) => [day.on, day.turns.map((t) => t.after)])).toEqual([
    ["2027-01-01", ["a", "b"]],
    ["2027-12-02", ["c"]],
  ]);
  expect(byDay([])).toEqual([]);
});

it("names the packs that wait for approval", () => {
  expect(
    announcedList([
      { id: "fr", version: "1.1.0", announced: true },
      { id: "eu", version: "1.0.0", announced: false },
      { id: "de", version: "2.0.0", announced: true },
    ]),
  ).toBe("fr 1.1.0, de 2.0.0");
});

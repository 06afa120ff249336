import { describe, expect, it } from "vitest";
import type { ReviewItem } from "../../api/types";
import { byDay, figuresOf, filterOf, isFiltered } from "./filters";
import {
  all,
  beside,
  kept,
  nothing,
  ranged,
  type Selection,
  stepped,
  targets,
  toggled,
} from "./selection";

const ids = ["a", "b", "c", "d", "e", "f", "g"];

describe("moving in the grid", () => {
  it("goes along rows and columns and stops at the ends", () => {
    // a b c / d e f / g
    expect(stepped(7, 3, null, "down")).toBe(0);
    expect(stepped(7, 3, 0, "left")).toBe(0);
    expect(stepped(7, 3, 0, "right")).toBe(1);
    expect(stepped(7, 3, 1, "down")).toBe(4);
    expect(stepped(7, 3, 4, "up")).toBe(1);
    expect(stepped(7, 3, 1, "up")).toBe(1);
    expect(stepped(7, 3, 4, "down")).toBe(6);
    expect(stepped(7, 3, 6, "down")).toBe(6);
    expect(stepped(7, 3, 6, "right")).toBe(6);
    expect(stepped(7, 3, 2, "last")).toBe(6);
    expect(stepped(7, 3, 2, "first")).toBe(0);
  });

  it("has nowhere to go when nothing is there", () => expect(stepped(0, 3, null, "down")).toBe(-1));
});

describe("choosing", () => {
  it("adds and takes away one", () => {
    const one = toggled(nothing, "b");
    expect([...one.chosen]).toEqual(["b"]);
    expect([...toggled(one, "b").chosen]).toEqual([]);
  });

  it("takes a range in either direction from where it began", () => {
    const from = toggled(nothing, "c");
    expect([...ranged(from, ids, "e").chosen]).toEqual(["c", "d", "e"]);
    const back = ranged(ranged(from, ids, "e"), ids, "a");
    expect([...back.chosen]).toEqual(["a", "b", "c"]);
    expect(ranged(from, ids, "zz")).toBe(from);
  });

  it("acts on what is chosen, else where the keyboard is", () => {
    expect(targets({ ...nothing, cursor: "d" }, ids)).toEqual(["d"]);
    expect(targets(all({ ...nothing, cursor: "d" }, ids), ids)).toEqual(ids);
    expect(targets({ ...nothing, cursor: "zz" }, ids)).toEqual([]);
  });

  it("loses what is gone, and the keyboard stays at its place", () => {
    const before: Selection = { chosen: new Set(["b", "c"]), cursor: "c", anchor: "b" };
    const after = kept(before, ids, ["a", "b", "d", "e"]);
    expect([...after.chosen]).toEqual(["b"]);
    expect(after.cursor).toBe("d");
    expect(kept({ ...nothing, cursor: "g" }, ids, ["a"]).cursor).toBe("a");
    expect(kept({ ...nothing, cursor: "g" }, ids, []).cursor).toBeNull();
    expect(kept(before, ids, [...ids, "h"])).toBe(before);
  });
});

describe("an opened item", () => {
  it("has neighbours, and keeps its place when it leaves the list", () => {
    expect(beside("c", "c", ids)).toEqual({ newer: "b", older: "d" });
    expect(beside("a", "a", ids)).toEqual({ newer: null, older: "b" });
    const without = ids.filter((id) => id !== "c");
    expect(beside("c", "d", without)).toEqual({ newer: "b", older: "d" });
    expect(beside("c", null, [])).toEqual({ newer: null, older: null });
  });
});

describe("the filter in the address", () => {
  const now = Date.UTC(2026, 10, 23, 12, 4);
  const of = (query: string) => filterOf(new URLSearchParams(query), now, "Europe/Berlin");

  it("asks for alerts of any time unless it says otherwise", () => {
    expect(of("")).toEqual({ severity: "alert" });
    expect(of("severity=detection&kind=crowd&unviewed=1&camera=")).toEqual({
      severity: "detection",
      kind: "crowd",
      viewed: false,
    });
  });

  it("changes only every ten minutes, or every minute would be another question", () => {
    expect(of("when=day").from).toBe(Date.UTC(2026, 10, 22, 12, 0));
    expect(of("when=day").to).toBeUndefined();
  });

  it("knows days of the zone", () => {
    const { from, to } = of("when=date&date=2026-10-25");
    expect(from).toBe(Date.UTC(2026, 9, 24, 22));
    expect((to as number) - (from as number)).toBe(25 * 3_600_000);
  });

  it("passes over nonsense", () => {
    expect(of("when=date&date=yesterday")).toEqual({ severity: "alert" });
    expect(of("severity=worst&when=soon")).toEqual({ severity: "alert" });
    expect(isFiltered(new URLSearchParams("severity=alert"))).toBe(false);
    expect(isFiltered(new URLSearchParams("zone=drive"))).toBe(true);
  });
});

describe("items", () => {
  const item = (id: string, from: string, camera = "gate") =>
    ({ id, from, camera }) as unknown as ReviewItem;

  it("stand under the day of whoever looks, wherever their camera is", () => {
    const days = byDay(
      [
        item("1", "2026-11-22T23:30:00Z"),
        item("2", "2026-11-22T23:20:00Z", "shop"),
        item("3", "2026-11-22T22:59:00Z"),
      ],
      "Europe/Berlin",
    );
    expect(days.map((d) => [d.day, d.items.length])).toEqual([
      ["2026-11-23", 2],
      ["2026-11-22", 1],
    ]);
  });

  it("say their numbers whatever they are", () => {
    expect(
      figuresOf({ seconds: 2.41666, limit: 1, way: [1, 2.5], deep: { speed: 0.1 }, on: true }),
    ).toEqual([
      { name: "seconds", value: "2.417" },
      { name: "limit", value: "1" },
      { name: "way", value: "1, 2.5" },
      { name: "deep", value: "speed 0.1" },
      { name: "on", value: "yes" },
    ]);
  });
});

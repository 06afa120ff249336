import { describe, expect, it } from "vitest";
import type { Scene } from "./document";
import { newRule } from "./rules";
import { begun, reduce, renamed, withDetected, withoutZone } from "./use-scene";

const p = (x: number, y: number) => ({ x, y });
const scene = (x: number): Scene => ({
  detect: [],
  anomaly: false,
  tamper: false,
  zones: [{ name: "a", points: [p(x, 0), p(0.5, 0), p(0.5, 0.5)] }],
  rules: [],
});

describe("steps", () => {
  it("of one drag are one step back", () => {
    let state = begun(scene(0));
    for (const x of [0.1, 0.2, 0.3]) {
      state = reduce(state, { type: "edit", scene: scene(x), tag: "drag 1" });
    }
    state = reduce(state, { type: "edit", scene: scene(0.4), tag: "drag 2" });
    state = reduce(state, { type: "undo" });
    expect(state.present).toEqual(scene(0.3));
    state = reduce(state, { type: "undo" });
    expect(state.present).toEqual(scene(0));
    expect(reduce(state, { type: "undo" })).toBe(state);
  });

  it("can be taken again until something new is done", () => {
    let state = begun(scene(0));
    state = reduce(state, { type: "edit", scene: scene(0.1), tag: null });
    state = reduce(state, { type: "undo" });
    expect(reduce(state, { type: "redo" }).present).toEqual(scene(0.1));
    state = reduce(state, { type: "edit", scene: scene(0.2), tag: null });
    expect(reduce(state, { type: "redo" })).toBe(state);
  });

  it("that change nothing are none", () => {
    const state = begun(scene(0));
    expect(reduce(state, { type: "edit", scene: scene(0), tag: null })).toBe(state);
  });
});

describe("a scene", () => {
  const zones = scene(0).zones;
  const full: Scene = { ...scene(0), rules: [newRule("intrusion", "r", zones)] };

  it("renames a zone in its rules, but not because of a mask of that name", () => {
    expect(renamed(full, 0, "b").rules[0]?.zone).toBe("b");
    const masked: Scene = { ...full, zones: [{ ...full.zones[0]!, mask: true }] };
    expect(renamed(masked, 0, "b").rules[0]?.zone).toBe("a");
  });

  it("detects what its rules speak of", () => {
    expect(withDetected(full).detect).toEqual(["person"]);
    expect(withDetected({ ...full, detect: ["person"] }).detect).toEqual(["person"]);
  });

  it("loses a zone, not its rules", () => {
    const less = withoutZone(full, 0);
    expect(less.zones).toEqual([]);
    expect(less.rules).toHaveLength(1);
  });
});

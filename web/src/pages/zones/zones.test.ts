import { parse } from "yaml";
import { describe, expect, it } from "vitest";
import { readScene, sameScene, type Scene, writeScene } from "./document";
import type { Zone } from "./geometry";
import {
  changeKind,
  directionsOf,
  fieldsOf,
  fits,
  kindsOfRule,
  newRule,
  renameZone,
  type Rule,
} from "./rules";
import { problemsOf } from "./validate";

const p = (x: number, y: number) => ({ x, y });
const drive: Zone = { name: "drive", points: [p(0.1, 0.2), p(0.9, 0.2), p(0.9, 0.9)] };
const gate: Zone = { name: "gate", points: [p(0.2, 0.5), p(0.8, 0.5)] };
const window: Zone = { name: "window", points: [p(0, 0), p(0.1, 0), p(0.1, 0.2)], mask: true };
const zones = [drive, gate];

const camera = `kind: camera
name: berlin-entrance   # the main one
main:
  url: rtsp://10.0.0.5/main
analytics:
  model: embedded
  detect: [person, vehicle]
  min_score: 0.4
  tamper: true
  faces: {gallery: staff, kind: face_verification}
  zones:
    - {name: drive, points: [[0.1, 0.2], [0.9, 0.2], [0.9, 0.9]]}
  rules:
    - {name: after-hours, kind: intrusion, zone: drive, classes: [person], seconds: 1, schedule: {days: [mon, tue], from: "20:00", to: "06:00"}, severity: alert, extra: 7}
footage_days: 3
`;

const empty: Scene = { detect: [], anomaly: false, tamper: false, zones: [], rules: [] };

describe("the camera's document", () => {
  it("is read into a scene", () => {
    expect(readScene(camera)).toEqual({
      detect: ["person", "vehicle"],
      anomaly: false,
      tamper: true,
      zones: [drive],
      rules: [
        {
          name: "after-hours",
          kind: "intrusion",
          zone: "drive",
          classes: ["person"],
          seconds: 1,
          schedule: { days: ["mon", "tue"], from: "20:00", to: "06:00" },
          severity: "alert",
          rest: { extra: 7 },
        },
      ],
    });
  });

  it("keeps everything the form knows nothing of", () => {
    const scene = { ...readScene(camera), zones: [drive, gate, window] };
    const text = writeScene(camera, scene);
    expect(text).toContain("name: berlin-entrance # the main one");
    const before = parse(camera) as Record<string, Record<string, unknown>>;
    const after = parse(text) as Record<string, Record<string, unknown>>;
    expect({ ...after, analytics: null }).toEqual({ ...before, analytics: null });
    expect(after.analytics?.faces).toEqual(before.analytics?.faces);
    expect(after.analytics?.min_score).toBe(0.4);
    expect(after.analytics?.rules).toEqual(before.analytics?.rules);
    expect(text).toContain("points: [[0.2, 0.5], [0.8, 0.5]]");
    expect(after.analytics?.privacy).toEqual([
      {
        name: "window",
        points: [
          [0, 0],
          [0.1, 0],
          [0.1, 0.2],
        ],
      },
    ]);
  });

  it("reads back what was written", () => {
    const rules: Rule[] = Object.keys(kindsOfRule).map((kind) => ({
      ...newRule(kind, `r-${kind.replace(/_/g, "-")}`, zones),
      cooldown: 30,
      min_precision: 0.8,
    }));
    const scene = { ...empty, detect: ["person"], anomaly: true, zones: [...zones, window], rules };
    const text = writeScene("kind: camera\nname: x\n", scene);
    expect(readScene(text)).toEqual(scene);
    expect(sameScene(text, writeScene(text, scene))).toBe(true);
  });

  it("writes times as text, or YAML would read them as numbers in base 60", () => {
    const rule = newRule("intrusion", "r", zones);
    rule.schedule = { days: ["mon"], from: "20:00", to: "06:00" };
    const text = writeScene("kind: camera\n", { ...empty, zones, rules: [rule] });
    expect(parse(text, { version: "1.1" }).analytics.rules[0].schedule.from).toBe("20:00");
  });

  it("has no empty lists, and nothing at all when nothing is looked for", () => {
    const text = writeScene(camera, { ...readScene(camera), zones: [], rules: [] });
    expect(text).not.toMatch(/zones|rules/);
    expect(text).toContain("model: embedded");
    expect(writeScene("kind: camera\nanalytics: {tamper: true}\n", empty)).toBe("kind: camera\n");
  });

  it("that leaves things out means what the server takes it to mean", () => {
    const text = "analytics: {rules: [{name: r, kind: intrusion, schedule: {from: '08:00'}}]}";
    expect(readScene(text).rules[0]).toMatchObject({
      classes: ["person"],
      severity: "alert",
      schedule: { from: "08:00", to: "24:00", days: { length: 7 } },
    });
    expect(readScene("analytics: {rules: [{kind: removed_object}]}").rules[0]?.classes).toEqual([]);
  });

  it("that is strange is read as far as it goes", () => {
    expect(readScene("").zones).toEqual([]);
    expect(readScene("analytics: 3").rules).toEqual([]);
    expect(readScene("analytics: {zones: [{points: [[1]]}, 5], rules: [null]}").rules).toHaveLength(
      1,
    );
  });
});

describe("rules", () => {
  it("change their kind and keep what still fits", () => {
    const rule = {
      ...newRule("intrusion", "r", zones),
      severity: "detection" as const,
      seconds: 4,
    };
    expect(changeKind(rule, "loitering", zones)).toMatchObject({
      zone: "drive",
      severity: "detection",
      seconds: 4,
    });
    const crossing = changeKind({ ...rule, direction: "in" }, "line_crossing", zones);
    expect(crossing).toMatchObject({ zone: "gate", direction: "in" });
    expect(crossing).not.toHaveProperty("seconds");
    expect(changeKind(crossing, "abandoned_object", zones).classes).toEqual([]);
    expect(changeKind(changeKind(rule, "removed_object", zones), "fall", zones).classes).toEqual([
      "person",
    ]);
  });

  it("the wrong way is a direction over a line and a heading elsewhere", () => {
    const over = changeKind(
      { ...newRule("intrusion", "r", zones), zone: "gate" },
      "wrong_way",
      zones,
    );
    expect(over).toMatchObject({ zone: "gate", direction: "in" });
    expect(fieldsOf(over, zones)).toEqual(["seconds"]);
    const inside = changeKind(newRule("intrusion", "r", zones), "wrong_way", zones);
    expect(inside).toMatchObject({ zone: "drive", heading: 0 });
    expect(directionsOf(inside, zones)).toEqual([]);
  });

  it("follow their zone when it is renamed", () => {
    expect(renameZone([newRule("intrusion", "r", zones)], "drive", "yard")[0]?.zone).toBe("yard");
  });

  it("know lines, areas and privacy masks apart", () => {
    expect(fits("line", gate)).toBe(true);
    expect(fits("line", drive)).toBe(false);
    expect(fits("area or line", gate)).toBe(true);
    expect(fits("area or picture", gate)).toBe(false);
    expect(fits("area or picture", window)).toBe(false);
  });
});

describe("what keeps from saving", () => {
  const words = (rules: Rule[], z = zones) => problemsOf(z, rules).map((x) => x.words);

  it("is nothing when all is well", () => {
    for (const kind of Object.keys(kindsOfRule)) {
      expect(words([newRule(kind, "r", zones)]), kind).toEqual([]);
    }
    expect(words([], [drive, { ...window, name: "drive" }])).toEqual([]);
  });

  it("is said of zones", () => {
    expect(words([], [drive, drive])).toHaveLength(2);
    expect(words([], [{ ...drive, name: "Drive way" }])).toHaveLength(1);
    expect(words([], [{ name: "x", points: [p(0, 0), p(1, 1), p(1, 0), p(0, 1)] }])).toHaveLength(
      1,
    );
    expect(words([], [{ name: "x", points: [p(0.5, 0.5), p(0.505, 0.5)] }])).toHaveLength(1);
    expect(words([], [{ name: "x", points: [p(0, 0), p(0.01, 0), p(0, 0.01)] }])).toHaveLength(1);
  });

  it("is said of rules", () => {
    const good = newRule("intrusion", "r", zones);
    const bad: Partial<Rule>[] = [
      { zone: "nowhere" },
      { zone: "gate" },
      { classes: [] },
      { seconds: -1 },
      { seconds: Number.NaN },
      { cooldown: 1.5 },
      { min_precision: 1.01 },
      { kind: "teleporting" },
      { schedule: { days: [], from: "20:00", to: "06:00" } },
      { schedule: { days: ["mon"], from: "24:01", to: "06:00" } },
      { schedule: { days: ["mon"], from: "06:00", to: "06:00" } },
    ];
    for (const change of bad) {
      expect(words([{ ...good, ...change }]), JSON.stringify(change)).toHaveLength(1);
    }
    expect(words([{ ...newRule("line_crossing", "r", zones), zone: "drive" }])).toHaveLength(1);
    expect(words([{ ...newRule("line_crossing", "r", zones), zone: "" }])).toHaveLength(1);
    expect(words([newRule("counting", "r", [])], [])).toHaveLength(1);
    expect(words([newRule("crowd", "r", zones), newRule("crowd", "r", zones)])).toHaveLength(2);
  });
});

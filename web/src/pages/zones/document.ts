import { isMap, isSeq, parseDocument, visit, YAMLSeq } from "yaml";
import type { Zone } from "./geometry";
import { type Day, days, type Direction, type Rule, type Schedule } from "./rules";

/** The part of a camera's document that says what machines look for. */
export interface Scene {
  /** What is detected and tracked. */
  detect: string[];
  anomaly: boolean;
  tamper: boolean;
  zones: Zone[];
  rules: Rule[];
}

type Raw = Record<string, unknown>;
const asRecord = (value: unknown): Raw =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Raw) : {};
const asList = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);
const asNumber = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

const numbers = ["heading", "seconds", "count", "speed", "cooldown", "min_precision"] as const;
const own = ["name", "kind", "zone", "classes", "direction", "schedule", "severity", ...numbers];

function zoneOf(value: unknown, mask: boolean): Zone[] {
  const raw = asRecord(value);
  const points = asList(raw.points).flatMap((pair) => {
    const [x, y] = asList(pair).map(asNumber);
    return x === undefined || y === undefined ? [] : [{ x, y }];
  });
  if (points.length < 2) return [];
  return [{ name: String(raw.name ?? ""), points, ...(mask ? { mask: true as const } : {}) }];
}

function scheduleOf(value: unknown): Schedule {
  const raw = asRecord(value);
  const given = asList(raw.days).filter((d): d is Day => (days as readonly unknown[]).includes(d));
  return {
    days: raw.days === undefined ? [...days] : given,
    from: String(raw.from ?? "00:00"),
    to: String(raw.to ?? "24:00"),
    ...(raw.timezone === undefined ? {} : { timezone: String(raw.timezone) }),
  };
}

function ruleOf(value: unknown): Rule {
  const raw = asRecord(value);
  const things = raw.kind === "abandoned_object" || raw.kind === "removed_object";
  const rule: Rule = {
    name: String(raw.name ?? ""),
    kind: String(raw.kind ?? ""),
    zone: String(raw.zone ?? ""),
    classes: raw.classes === undefined && !things ? ["person"] : asList(raw.classes).map(String),
    severity: raw.severity === "detection" ? "detection" : "alert",
  };
  for (const key of numbers) {
    const number = asNumber(raw[key]);
    if (number !== undefined) rule[key] = number;
  }
  if (raw.direction === "in" || raw.direction === "out") {
    rule.direction = raw.direction as Direction;
  }
  if (raw.schedule !== undefined) rule.schedule = scheduleOf(raw.schedule);
  const rest = Object.fromEntries(Object.entries(raw).filter(([key]) => !own.includes(key)));
  if (Object.keys(rest).length > 0) rule.rest = rest;
  return rule;
}

/** What machines look for, as a camera's document says it. */
export function readScene(text: string): Scene {
  const analytics = asRecord((parseDocument(text).toJS() as Raw | null)?.analytics);
  return {
    detect: asList(analytics.detect).map(String),
    anomaly: analytics.anomaly === true,
    tamper: analytics.tamper === true,
    zones: [
      ...asList(analytics.zones).flatMap((zone) => zoneOf(zone, false)),
      ...asList(analytics.privacy).flatMap((zone) => zoneOf(zone, true)),
    ],
    rules: asList(analytics.rules).map(ruleOf),
  };
}

function ruleNode(rule: Rule): Raw {
  const out: Raw = { name: rule.name, kind: rule.kind };
  if (rule.zone !== "") out.zone = rule.zone;
  if (rule.classes.length > 0) out.classes = rule.classes;
  if (rule.direction !== undefined) out.direction = rule.direction;
  for (const key of numbers) if (rule[key] !== undefined) out[key] = rule[key];
  if (rule.schedule !== undefined) out.schedule = { ...rule.schedule };
  out.severity = rule.severity;
  return { ...out, ...rule.rest };
}

const zoneNode = (zone: Zone): Raw => ({
  name: zone.name,
  points: zone.points.map((p) => [p.x, p.y]),
});

/** Short lists on one line, as people write them: points, classes, days. */
function flow(node: unknown): void {
  if (isMap(node)) for (const pair of node.items) flow(pair.value);
  if (!isSeq(node)) return;
  const flat = (node as YAMLSeq).items.every((item) => !isMap(item));
  if (flat) (node as YAMLSeq).flow = true;
  else for (const item of node.items) flow(item);
}

/** The document with this scene; everything else in it stays as it is. */
export function writeScene(text: string, scene: Scene): string {
  const before = readScene(text);
  const document = parseDocument(text);
  if (document.has("analytics") && !isMap(document.get("analytics"))) document.delete("analytics");
  const set = (key: keyof Scene | "privacy", value: unknown, empty: boolean) => {
    if (empty) {
      if (document.hasIn(["analytics", key])) document.deleteIn(["analytics", key]);
      return;
    }
    const node = document.createNode(value);
    flow(node);
    // "20:00" without quotes is a number in base 60 to many readers.
    visit(node, {
      Scalar(_, scalar) {
        if (typeof scalar.value === "string" && /^\d/.test(scalar.value)) {
          scalar.type = "QUOTE_DOUBLE";
        }
      },
    });
    document.setIn(["analytics", key], node);
  };
  const list = (key: "detect" | "zones" | "rules" | "privacy", value: unknown[]) =>
    set(key, value, value.length === 0);
  const changed = (key: keyof Scene) => JSON.stringify(before[key]) !== JSON.stringify(scene[key]);
  if (changed("detect")) list("detect", scene.detect);
  if (changed("anomaly")) set("anomaly", true, !scene.anomaly);
  if (changed("tamper")) set("tamper", true, !scene.tamper);
  if (changed("zones")) {
    list("privacy", scene.zones.filter((zone) => zone.mask === true).map(zoneNode));
    list("zones", scene.zones.filter((zone) => zone.mask !== true).map(zoneNode));
  }
  if (changed("rules")) list("rules", scene.rules.map(ruleNode));
  if (JSON.stringify(document.toJS()?.analytics) === "{}") document.delete("analytics");
  return document.toString({ lineWidth: 0, flowCollectionPadding: false });
}

/** Whether two texts hold the same scene, however they are written. */
export function sameScene(a: string, b: string): boolean {
  return JSON.stringify(readScene(a)) === JSON.stringify(readScene(b));
}

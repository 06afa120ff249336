import { isArea, isLine, type Zone } from "./geometry";

export const days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof days)[number];

export interface Schedule {
  days: Day[];
  /** "20:00"; `to` before `from` is past midnight and belongs to the day it began. */
  from: string;
  to: string;
  /** IANA name; absent: the site's. */
  timezone?: string;
}

export type Direction = "any" | "in" | "out";

export interface Rule {
  name: string;
  kind: string;
  /** Empty: the whole picture. */
  zone: string;
  classes: string[];
  direction?: Direction;
  /** The right way: degrees, 0 up, 90 to the right. */
  heading?: number;
  seconds?: number;
  count?: number;
  speed?: number;
  schedule?: Schedule;
  cooldown?: number;
  severity: "alert" | "detection";
  min_precision?: number;
  /** What the document holds beyond this form; it goes back as it came. */
  rest?: Record<string, unknown>;
}

export type NumberField = "seconds" | "count" | "speed" | "heading";
export interface FieldLimits {
  least: number;
  most: number;
  step: number;
  whole: boolean;
}

export const limits: Record<NumberField | "cooldown", FieldLimits> = {
  seconds: { least: 0, most: 86_400, step: 1, whole: false },
  count: { least: 1, most: 10_000, step: 1, whole: true },
  speed: { least: 0.1, most: 20, step: 0.1, whole: false },
  heading: { least: 0, most: 359, step: 15, whole: true },
  cooldown: { least: 0, most: 86_400, step: 10, whole: true },
};

export type Place = "area" | "line" | "area or line" | "area or picture" | "line or picture";

export interface KindOfRule {
  place: Place;
  /** Shown for this kind; empty means the kind's own default. */
  fields: NumberField[];
  direction?: Direction[];
  /** Things rather than somebody: classes may stay empty. */
  things?: true;
}

export const classNames = ["person", "vehicle", "bike", "animal", "bag", "plate"];
export const kMostRules = 64;

/** Every kind of rule with exactly what it takes. */
export const kindsOfRule: Record<string, KindOfRule> = {
  intrusion: { place: "area or picture", fields: ["seconds"] },
  line_crossing: { place: "line", fields: [], direction: ["any", "in", "out"] },
  loitering: { place: "area or picture", fields: ["seconds"] },
  wrong_way: { place: "line or picture", fields: ["heading", "seconds"], direction: ["in", "out"] },
  crowd: { place: "area or picture", fields: ["count", "seconds"] },
  counting: { place: "area or line", fields: [] },
  running: { place: "area or picture", fields: ["speed", "seconds"] },
  abandoned_object: { place: "area or picture", fields: ["seconds"], things: true },
  removed_object: { place: "area or picture", fields: ["seconds"], things: true },
  fall: { place: "area or picture", fields: ["seconds"] },
  tailgating: { place: "line", fields: ["seconds"], direction: ["any", "in", "out"] },
};

export function fits(place: Place, zone: Zone): boolean {
  if (zone.mask === true) return false;
  if (place === "area or line" || place === "line or picture") return true;
  return place === "line" ? isLine(zone) : isArea(zone);
}

export const mayBeAnywhere = (place: Place): boolean => place.endsWith("or picture");

const lineOf = (rule: Rule, zones: Zone[]) => {
  const zone = zones.find((z) => z.name === rule.zone && z.mask !== true);
  return zone !== undefined && isLine(zone);
};

/** The number fields of a rule where it stands: the right way is only asked for where no line says it. */
export function fieldsOf(rule: Rule, zones: Zone[]): NumberField[] {
  const fields = kindsOfRule[rule.kind]?.fields ?? [];
  if (rule.kind === "wrong_way" && lineOf(rule, zones)) {
    return fields.filter((f) => f !== "heading");
  }
  return fields;
}

/** The directions to choose from, none if the rule has none where it stands. */
export function directionsOf(rule: Rule, zones: Zone[]): Direction[] {
  if (rule.kind === "wrong_way" && !lineOf(rule, zones)) return [];
  return kindsOfRule[rule.kind]?.direction ?? [];
}

/** Takes away what means nothing for this kind at this place, and gives what it cannot be without. */
export function tidied(rule: Rule, zones: Zone[]): Rule {
  if (kindsOfRule[rule.kind] === undefined) return rule;
  const { direction, heading, seconds, count, speed, ...rest } = rule;
  const numbers = { heading, seconds, count, speed };
  const out: Rule = rest;
  for (const field of fieldsOf(rule, zones)) {
    const value = numbers[field];
    if (value !== undefined) out[field] = value;
    else if (field === "heading") out.heading = 0;
  }
  const choices = directionsOf(rule, zones);
  if (choices.length > 0) {
    const chosen = direction !== undefined && choices.includes(direction) ? direction : choices[0];
    if (chosen !== undefined && chosen !== "any") out.direction = chosen;
  }
  return out;
}

/** A new rule of a kind, at the first place it fits. */
export function newRule(kind: string, name: string, zones: Zone[]): Rule {
  return changeKind({ name, kind, zone: "", classes: ["person"], severity: "alert" }, kind, zones);
}

/** The same rule as another kind: what both need stays. */
export function changeKind(rule: Rule, kind: string, zones: Zone[]): Rule {
  const known = kindsOfRule[kind] as KindOfRule;
  const zone = zones.find((z) => z.name === rule.zone && z.mask !== true);
  const keeps = zone !== undefined && fits(known.place, zone);
  const first = zones.find((z) => fits(known.place, z))?.name ?? "";
  const before = kindsOfRule[rule.kind]?.things === true;
  const classes =
    known.things === true ? (before ? rule.classes : []) : before ? ["person"] : rule.classes;
  return tidied({ ...rule, kind, classes, zone: keeps ? rule.zone : first }, zones);
}

/** Renames a zone everywhere. */
export function renameZone(rules: Rule[], before: string, after: string): Rule[] {
  return rules.map((rule) => (rule.zone === before ? { ...rule, zone: after } : rule));
}

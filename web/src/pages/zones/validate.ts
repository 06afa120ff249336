import { texts } from "../../texts";
import {
  area,
  crossesItself,
  isLine,
  kLeastArea,
  kLeastLine,
  type Point,
  type Zone,
} from "./geometry";
import { fieldsOf, fits, kindsOfRule, limits, mayBeAnywhere, type Rule } from "./rules";

export interface Problem {
  what: "zone" | "rule";
  index: number;
  words: string;
}

const kName = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const kTime = /^(([01]\d|2[0-3]):[0-5]\d|24:00)$/;

function zoneProblem(zone: Zone, others: Zone[]): string | null {
  const t = texts.zones.problems;
  if (!kName.test(zone.name)) return t.name;
  if (others.some((other) => other.name === zone.name && other.mask === zone.mask)) return t.taken;
  if (isLine(zone)) {
    const [a, b] = zone.points as [Point, Point];
    return Math.hypot(a.x - b.x, a.y - b.y) < kLeastLine ? t.shortLine : null;
  }
  if (crossesItself(zone.points)) return t.crosses;
  return area(zone.points) < kLeastArea ? t.small : null;
}

function placeProblem(rule: Rule, zones: Zone[]): string | null {
  const t = texts.zones.problems;
  const place = kindsOfRule[rule.kind]?.place;
  if (place === undefined) return null;
  if (rule.zone === "") {
    if (mayBeAnywhere(place)) return null;
    return place === "line" ? t.needsLine : t.needsZone;
  }
  const zone = zones.find((z) => z.name === rule.zone && z.mask !== true);
  if (zone === undefined) return t.gone(rule.zone);
  if (fits(place, zone)) return null;
  return place === "line" ? t.needsLine : t.needsArea;
}

function ruleProblem(rule: Rule, others: Rule[], zones: Zone[]): string | null {
  const t = texts.zones.problems;
  if (!kName.test(rule.name)) return t.name;
  if (others.some((other) => other.name === rule.name)) return t.taken;
  const kind = kindsOfRule[rule.kind];
  if (kind === undefined) return t.kind;
  const place = placeProblem(rule, zones);
  if (place !== null) return place;
  if (kind.things !== true && rule.classes.length === 0) return t.classes;
  for (const field of [...fieldsOf(rule, zones), "cooldown" as const]) {
    const value = rule[field];
    const { least, most, whole } = limits[field];
    if (value === undefined) continue;
    if (!(value >= least && value <= most) || (whole && !Number.isInteger(value))) {
      return t.range(texts.zones.fields[field] ?? field, least, most);
    }
  }
  if (rule.kind === "wrong_way" && fieldsOf(rule, zones).includes("heading")) {
    if (rule.heading === undefined) return t.heading;
  }
  const precision = rule.min_precision ?? 0;
  if (!(precision >= 0 && precision <= 1)) return t.precision;
  if (rule.schedule !== undefined) {
    const { days, from, to } = rule.schedule;
    if (days.length === 0) return t.noDays;
    if (!kTime.test(from) || !kTime.test(to)) return t.time;
    if (from === to) return t.sameTime;
  }
  return null;
}

function each<T>(list: T[], what: Problem["what"], check: (one: T, others: T[]) => string | null) {
  return list.flatMap((one, index) => {
    const words = check(
      one,
      list.filter((_, i) => i !== index),
    );
    return words === null ? [] : [{ what, index, words }];
  });
}

/** What keeps zones and rules from being saved, in words. */
export function problemsOf(zones: Zone[], rules: Rule[]): Problem[] {
  return [
    ...each(zones, "zone", zoneProblem),
    ...each(rules, "rule", (rule, others) => ruleProblem(rule, others, zones)),
  ];
}

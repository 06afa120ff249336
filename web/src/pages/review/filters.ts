import type { ReviewFilter } from "../../api/eyes";
import type { ReviewItem, Severity } from "../../api/types";
import { addDays, dayOf, kDay, kMinute, startOfDay } from "../../time/zone";

/** The filter as the address says it, so that a view can be sent to somebody. */
export function filterOf(params: URLSearchParams, now: number, zone: string): ReviewFilter {
  const filter: ReviewFilter = { severity: severityOf(params) };
  for (const key of ["camera", "kind", "zone"] as const) {
    const value = params.get(key);
    if (value) filter[key] = value;
  }
  if (params.get("unviewed") === "1") filter.viewed = false;
  const grid = 10 * kMinute;
  const when = whenOf(params);
  if (when === "day" || when === "week") {
    filter.from = Math.floor((now - (when === "day" ? kDay : 7 * kDay)) / grid) * grid;
  } else if (when === "date") {
    const day = params.get("date") ?? dayOf(now, zone);
    filter.from = startOfDay(day, zone);
    filter.to = startOfDay(addDays(day, 1), zone);
  }
  return filter;
}

export function severityOf(params: URLSearchParams): Severity {
  return params.get("severity") === "detection" ? "detection" : "alert";
}

export function whenOf(params: URLSearchParams): string {
  const when = params.get("when") ?? "any";
  if (when === "date" && !/^\d{4}-\d{2}-\d{2}$/.test(params.get("date") ?? "")) return "any";
  return ["any", "day", "week", "date"].includes(when) ? when : "any";
}

export const filterKeys = ["camera", "kind", "zone", "when", "date", "unviewed"] as const;

export function isFiltered(params: URLSearchParams): boolean {
  return filterKeys.some((key) => params.has(key));
}

export interface Day {
  day: string;
  items: ReviewItem[];
}

/** Newest first, under the day on which they began where the viewer is: "today" is the viewer's. */
export function byDay(items: ReviewItem[], zone: string): Day[] {
  const out: Day[] = [];
  for (const item of items) {
    const day = dayOf(Date.parse(item.from), zone);
    const last = out.at(-1);
    if (last === undefined || last.day !== day) out.push({ day, items: [item] });
    else last.items.push(item);
  }
  return out;
}

export interface Figure {
  name: string;
  value: string;
}

const written = (value: unknown): string => {
  if (typeof value === "number") return String(Math.round(value * 1000) / 1000);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (Array.isArray(value)) return value.map(written).join(", ");
  if (value === null || value === undefined) return "–";
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([key, inner]) => `${key.replace(/_/g, " ")} ${written(inner)}`)
      .join(", ");
  }
  return String(value);
};

/** The numbers of a finding, whatever it counts. */
export function figuresOf(numbers: Record<string, unknown>): Figure[] {
  return Object.entries(numbers).map(([name, value]) => ({ name, value: written(value) }));
}

import { dayOf, addDays, kDay, kHour, kMinute, kSecond, startOfDay, wallTime } from "../time/zone";

/** What the timeline shows: [from, to) in milliseconds. */
export interface Window {
  from: number;
  to: number;
}

export const kShortest = 10 * kMinute;
export const kLongest = 7 * kDay;

export function span(window: Window): number {
  return window.to - window.from;
}

/** Keeps the length within the limits and does not let the future fill the picture. */
export function clampWindow(window: Window, now: number): Window {
  const length = Math.min(kLongest, Math.max(kShortest, span(window)));
  const centre = (window.from + window.to) / 2;
  const latestTo = now + length / 4;
  const to = Math.min(centre + length / 2, latestTo);
  return { from: to - length, to };
}

/** Zooms by `factor` (below 1: closer) and keeps the instant `anchor` where it is on screen. */
export function zoomAt(window: Window, factor: number, anchor: number, now: number): Window {
  const length = Math.min(kLongest, Math.max(kShortest, span(window) * factor));
  const share = (anchor - window.from) / span(window);
  const from = anchor - share * length;
  return clampWindow({ from, to: from + length }, now);
}

export function pan(window: Window, by: number, now: number): Window {
  return clampWindow({ from: window.from + by, to: window.to + by }, now);
}

/** Scrolls only if `at` is outside, or nearly; then it lands a quarter in. */
export function follow(window: Window, at: number, now: number): Window {
  const margin = span(window) * 0.04;
  if (at >= window.from + margin && at <= window.to - margin) return window;
  const from = at - span(window) * 0.25;
  return clampWindow({ from, to: from + span(window) }, now);
}

export function toX(at: number, window: Window, width: number): number {
  return ((at - window.from) / span(window)) * width;
}

export function toTime(x: number, window: Window, width: number): number {
  return window.from + (x / width) * span(window);
}

export interface Tick {
  at: number;
  label: string;
  /** Begins a day in the zone. */
  day: boolean;
}

const kSteps = [
  10 * kSecond,
  30 * kSecond,
  kMinute,
  2 * kMinute,
  5 * kMinute,
  10 * kMinute,
  15 * kMinute,
  30 * kMinute,
  kHour,
  2 * kHour,
  3 * kHour,
  6 * kHour,
  12 * kHour,
  kDay,
];

/** Ticks at round wall-clock times of the zone, at least `apart` pixels from each other. */
export function ticks(window: Window, width: number, zone: string, apart = 84): Tick[] {
  const perPixel = span(window) / Math.max(1, width);
  const step = kSteps.find((s) => s / perPixel >= apart) ?? kDay;
  const out: Tick[] = [];
  let day = dayOf(window.from, zone);
  for (let guard = 0; guard < 16; guard += 1) {
    const start = startOfDay(day, zone);
    if (start >= window.to) break;
    const next = startOfDay(addDays(day, 1), zone);
    // Counting from midnight keeps ticks on round times; a day of 23 or 25 hours only
    // shortens or lengthens its last stretch.
    for (let at = start; at < next; at += step) {
      if (at < window.from || at >= window.to) continue;
      if (at !== start && next - at < step * 0.6) continue;
      out.push({ at, label: tickLabel(at, at === start, step, zone), day: at === start });
    }
    day = addDays(day, 1);
  }
  return out;
}

function tickLabel(at: number, isDay: boolean, step: number, zone: string): string {
  if (isDay) {
    return new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      weekday: "short",
      day: "numeric",
      month: "short",
    }).format(at);
  }
  const w = wallTime(at, zone);
  const two = (n: number) => String(n).padStart(2, "0");
  const short = `${two(w.hour)}:${two(w.minute)}`;
  return step < kMinute ? `${short}:${two(w.second)}` : short;
}

/** What to ask the server for, so that small movements need no new question; at most 8 days. */
export function queryWindow(window: Window): Window {
  const length = span(window);
  const grid =
    length > 4 * kDay
      ? 12 * kHour
      : length > kDay
        ? 6 * kHour
        : length > 2 * kHour
          ? kHour
          : 10 * kMinute;
  return {
    from: Math.floor(window.from / grid) * grid,
    to: Math.ceil(window.to / grid) * grid,
  };
}

import { describe, expect, it } from "vitest";
import { kDay, kHour, kMinute } from "../time/zone";
import {
  clampWindow,
  follow,
  kLongest,
  kShortest,
  span,
  ticks,
  toTime,
  toX,
  zoomAt,
} from "./scale";

const now = Date.UTC(2026, 10, 23, 12);
const day = { from: now - kDay, to: now };

describe("zooming", () => {
  it("keeps the instant under the pointer where it is", () => {
    const anchor = now - 18 * kHour;
    const closer = zoomAt(day, 0.5, anchor, now);
    expect(span(closer)).toBeCloseTo(12 * kHour);
    expect(toX(anchor, closer, 1000)).toBeCloseTo(toX(anchor, day, 1000));
  });

  it("stops at ten minutes and at seven days", () => {
    expect(span(zoomAt(day, 1e-6, now - kHour, now))).toBeCloseTo(kShortest);
    expect(span(zoomAt(day, 1e6, now - kHour, now))).toBeCloseTo(kLongest);
  });

  it("leaves at most a fifth of the picture to the future", () => {
    const w = clampWindow({ from: now, to: now + kDay }, now);
    expect((w.to - now) / span(w)).toBeLessThanOrEqual(0.25);
  });
});

describe("the scale", () => {
  it("turns pixels into time and back", () => {
    expect(toTime(toX(now - kHour, day, 777), day, 777)).toBeCloseTo(now - kHour);
  });

  it("scrolls only when the position leaves the picture", () => {
    expect(follow(day, now - kHour * 12, now)).toBe(day);
    expect(follow(day, now - 3 * kDay, now).from).toBeLessThan(now - 3 * kDay);
  });
});

describe("ticks", () => {
  it("stand at round times of the zone, not of UTC", () => {
    const zone = "Asia/Kathmandu";
    const hours = ticks({ from: now, to: now + 6 * kHour }, 700, zone);
    expect(hours.length).toBeGreaterThan(3);
    for (const tick of hours) expect(tick.label).toMatch(/^\d\d:00$|^[A-Z]/);
  });

  it("never crowd", () => {
    for (const length of [kShortest, kHour, kDay, kLongest]) {
      for (const width of [320, 700, 1900]) {
        const w = { from: now - length, to: now };
        const xs = ticks(w, width, "Europe/Berlin").map((t) => toX(t.at, w, width));
        for (let i = 1; i < xs.length; i += 1) {
          // A tick before midnight may stand closer, but labels must not touch.
          expect((xs[i] as number) - (xs[i - 1] as number)).toBeGreaterThan(45);
        }
      }
    }
  });

  it("mark midnight on a day the clocks change", () => {
    const from = Date.UTC(2026, 9, 24, 12);
    const days = ticks({ from, to: from + 2 * kDay }, 900, "Europe/Berlin").filter((t) => t.day);
    expect(days.map((t) => new Date(t.at).toISOString())).toEqual([
      "2026-10-24T22:00:00.000Z",
      "2026-10-25T23:00:00.000Z",
    ]);
  });

  it("use seconds only when zoomed in", () => {
    const w = { from: now, to: now + 10 * kMinute };
    expect(ticks(w, 900, "UTC")[1]?.label).toMatch(/^\d\d:\d\d$/);
  });
});

import { describe, expect, it } from "vitest";
import { ago, bitrate, bytes, duration } from "./words";
import { addDays, dayOf, fromWall, kDay, kHour, startOfDay, zoneOffset } from "./zone";

describe("days of a zone", () => {
  it("begin at its midnight", () => {
    expect(startOfDay("2026-11-23", "Europe/Berlin")).toBe(Date.UTC(2026, 10, 22, 23));
    expect(startOfDay("2026-11-23", "America/Chicago")).toBe(Date.UTC(2026, 10, 23, 6));
  });

  it("have 25 and 23 hours when the clocks change", () => {
    const length = (day: string) =>
      startOfDay(addDays(day, 1), "Europe/Berlin") - startOfDay(day, "Europe/Berlin");
    expect(length("2026-10-25")).toBe(25 * kHour);
    expect(length("2026-03-29")).toBe(23 * kHour);
    expect(length("2026-11-23")).toBe(kDay);
  });

  it("are told from the clock on the wall, not from UTC", () => {
    const at = Date.UTC(2026, 10, 22, 23, 30);
    expect(dayOf(at, "Europe/Berlin")).toBe("2026-11-23");
    expect(dayOf(at, "America/Chicago")).toBe("2026-11-22");
  });

  it("are added across months and leap days", () => {
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });
});

describe("wall times", () => {
  it("that a clock change skips mean the moment after", () => {
    const at = fromWall(2026, 3, 29, 2, 30, "Europe/Berlin");
    expect(new Date(at).toISOString()).toBe("2026-03-29T01:30:00.000Z");
  });

  it("know offsets that are not whole hours", () => {
    expect(zoneOffset(Date.UTC(2026, 0, 1), "Asia/Kathmandu")).toBe(5.75 * kHour);
  });
});

describe("words", () => {
  it("say durations the way people do", () => {
    expect(duration(430)).toBe("0.4 s");
    expect(duration(59_600)).toBe("1 min");
    expect(duration(200_000)).toBe("3 min 20 s");
    expect(duration(7_500_000)).toBe("2 h 5 min");
    expect(duration(3 * kDay + 4 * kHour)).toBe("3 d 4 h");
  });

  it("say how long ago", () => {
    expect(ago(0, 1000)).toBe("just now");
    expect(ago(0, 180_000)).toBe("3 min ago");
    expect(ago(300_000, 0)).toBe("in 5 min");
  });

  it("say sizes", () => {
    expect(bytes(999)).toBe("999 B");
    expect(bytes(999_999)).toBe("1.0 MB");
    expect(bytes(1_420_000_000)).toBe("1.4 GB");
    expect(bitrate(2_130_000)).toBe("2.1 Mbit/s");
  });
});

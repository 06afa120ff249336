/** Wall-clock arithmetic in an IANA zone. Instants are milliseconds since 1970, UTC. */

export const kSecond = 1000;
export const kMinute = 60 * kSecond;
export const kHour = 60 * kMinute;
export const kDay = 24 * kHour;

const formats = new Map<string, Intl.DateTimeFormat>();

function partsFormat(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-GB", {
      timeZone: zone,
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
    });
    formats.set(zone, format);
  }
  return format;
}

/** The browser's own zone, for what belongs to no site. */
export function localZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** `zone` if the browser knows it, else the browser's own. */
export function knownZone(zone: string | undefined | null): string {
  if (!zone) return localZone();
  try {
    partsFormat(zone);
    return zone;
  } catch {
    return localZone();
  }
}

export interface WallTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
}

export function wallTime(at: number, zone: string): WallTime {
  const parts: Record<string, string> = {};
  for (const part of partsFormat(zone).formatToParts(at)) parts[part.type] = part.value;
  return {
    year: Number(parts.year),
    month: Number(parts.month),
    day: Number(parts.day),
    hour: Number(parts.hour),
    minute: Number(parts.minute),
    second: Number(parts.second),
  };
}

/** How far the zone's clocks are ahead of UTC at this instant. */
export function zoneOffset(at: number, zone: string): number {
  const w = wallTime(at, zone);
  const asUtc = Date.UTC(w.year, w.month - 1, w.day, w.hour, w.minute, w.second);
  return asUtc - Math.floor(at / kSecond) * kSecond;
}

/** The instant a wall clock shows this; in the hour that is skipped, the moment after the skip. */
export function fromWall(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  zone: string,
): number {
  const guess = Date.UTC(year, month - 1, day, hour, minute);
  const first = guess - zoneOffset(guess, zone);
  const second = guess - zoneOffset(first, zone);
  // Around a change of offset both readings differ; the later one exists in both cases.
  return zoneOffset(second, zone) === guess - second ? second : Math.max(first, second);
}

/** "2026-11-23" in the zone. */
export function dayOf(at: number, zone: string): string {
  const w = wallTime(at, zone);
  return `${w.year}-${String(w.month).padStart(2, "0")}-${String(w.day).padStart(2, "0")}`;
}

export function addDays(day: string, count: number): string {
  const at = new Date(`${day}T00:00:00Z`);
  at.setUTCDate(at.getUTCDate() + count);
  return at.toISOString().slice(0, 10);
}

/** The first instant of a day; days may have 23 or 25 hours. */
export function startOfDay(day: string, zone: string): number {
  const [year = 1970, month = 1, date = 1] = day.split("-").map(Number);
  return fromWall(year, month, date, 0, 0, zone);
}

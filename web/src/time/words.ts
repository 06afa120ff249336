import { kDay, kHour, kMinute, kSecond, wallTime } from "./zone";

const two = (n: number) => String(n).padStart(2, "0");

/** "14:03:22" */
export function clockTime(at: number, zone: string): string {
  const w = wallTime(at, zone);
  return `${two(w.hour)}:${two(w.minute)}:${two(w.second)}`;
}

/** "23 Nov 2026" */
export function dateWords(at: number, zone: string): string {
  return new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    day: "numeric",
    month: "short",
    year: "numeric",
  }).format(at);
}

/** "23 Nov 2026, 14:03:22" */
export function dateTime(at: number, zone: string): string {
  return `${dateWords(at, zone)}, ${clockTime(at, zone)}`;
}

/** "0.4 s", "12 s", "3 min 20 s", "2 h 5 min", "3 d 4 h" */
export function duration(ms: number): string {
  const abs = Math.max(0, ms);
  if (abs < 10 * kSecond) return `${(abs / kSecond).toFixed(1)} s`;
  const seconds = Math.round(abs / kSecond);
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return join(Math.floor(seconds / 60), "min", seconds % 60, "s");
  const minutes = Math.round(abs / kMinute);
  if (abs < kDay) return join(Math.floor(minutes / 60), "h", minutes % 60, "min");
  const hours = Math.round(abs / kHour);
  return join(Math.floor(hours / 24), "d", hours % 24, "h");
}

function join(large: number, largeUnit: string, small: number, smallUnit: string): string {
  return small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`;
}

/** "just now", "12 s ago", "3 min ago", "in 5 min" */
export function ago(at: number, now: number): string {
  const passed = now - at;
  if (Math.abs(passed) < 2 * kSecond) return "just now";
  const coarse = (ms: number): string => {
    if (ms < kMinute) return `${Math.round(ms / kSecond)} s`;
    if (ms < kHour) return `${Math.round(ms / kMinute)} min`;
    if (ms < 2 * kDay) return `${Math.round(ms / kHour)} h`;
    return `${Math.round(ms / kDay)} days`;
  };
  return passed >= 0 ? `${coarse(passed)} ago` : `in ${coarse(-passed)}`;
}

/** "1.4 GB" (powers of 1000, as disks are sold) */
export function bytes(count: number): string {
  const units = ["B", "kB", "MB", "GB", "TB", "PB"];
  let value = count;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${value.toFixed(digits)} ${units[unit]}`;
}

/** "2.1 Mbit/s" */
export function bitrate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 1e6) return `${(bitsPerSecond / 1e6).toFixed(1)} Mbit/s`;
  return `${Math.round(bitsPerSecond / 1e3)} kbit/s`;
}

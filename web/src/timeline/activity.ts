import type { Activity } from "../api/types";
import type { Window } from "./scale";
import { toTime } from "./scale";

/** Seconds per value, so that a window is a few hundred of them and the server's minutes stay whole. */
export function stepFor(window: Window): number {
  const seconds = (window.to - window.from) / 1000;
  return Math.max(60, Math.ceil(seconds / 600 / 60) * 60);
}

/** The strongest movement in each column of the strip; null where nobody looked. */
export function columns(
  activity: Activity,
  window: Window,
  width: number,
  pixels = 2,
): (number | null)[] {
  const begin = Date.parse(activity.from);
  const step = activity.step * 1000;
  const count = Math.max(0, Math.ceil(width / pixels));
  return Array.from({ length: count }, (_, i) => {
    const from = Math.floor((toTime(i * pixels, window, width) - begin) / step);
    const to = Math.max(
      from,
      Math.ceil((toTime((i + 1) * pixels, window, width) - begin) / step) - 1,
    );
    let most: number | null = null;
    for (let k = Math.max(0, from); k <= Math.min(to, activity.values.length - 1); k += 1) {
      const value = activity.values[k];
      if (value !== null && value !== undefined) most = Math.max(most ?? 0, value);
    }
    return most;
  });
}

/** Small movements matter most, so the scale is by the root. */
export function heightOf(value: number, height: number): number {
  return value <= 0 ? 0 : Math.max(1, Math.sqrt(Math.min(1, value)) * height);
}

export function activityAt(activity: Activity, at: number): number | null {
  const index = Math.floor((at - Date.parse(activity.from)) / (activity.step * 1000));
  return activity.values[index] ?? null;
}

import type { TrackFilter } from "../../api/eyes";
import type { Track } from "../../api/types";
import { texts } from "../../texts";

export const trackKeys = [
  "camera",
  "kind",
  "zone",
  "colour",
  "direction",
  "min",
  "from",
  "to",
] as const;

/** "2026-11-23T14:00" in the zone of whoever looks; NaN if it is no time. */
const local = (text: string | null) => (text === null ? Number.NaN : new Date(text).getTime());

/** The filter as the address says it; what the server would not know is left out. */
export function trackFilterOf(params: URLSearchParams): TrackFilter {
  const filter: TrackFilter = {};
  const camera = params.get("camera");
  const zone = params.get("zone");
  if (camera) filter.camera = camera;
  if (zone) filter.zone = zone;
  const kind = params.get("kind") ?? "";
  if (Object.hasOwn(texts.explore.classes, kind)) filter.kind = kind as Track["kind"];
  const colour = params.get("colour") ?? "";
  if (Object.hasOwn(texts.explore.colours, colour)) filter.colour = colour;
  const direction = params.get("direction") ?? "";
  if (Object.hasOwn(texts.explore.directions, direction)) filter.direction = direction;
  const least = Number(params.get("min"));
  if (Number.isInteger(least) && least > 0) filter.min_seconds = least;
  const from = local(params.get("from"));
  const to = local(params.get("to"));
  if (Number.isFinite(from)) filter.from = from;
  if (Number.isFinite(to) && !(to <= from)) filter.to = to;
  return filter;
}

export const lengths = [0, 5, 10, 30, 60, 300, 600];

/** The path as points of a line in a picture of this size; consecutive doubles are left out. */
export function pathPoints(
  path: Track["path"],
  size: { width: number; height: number },
): { x: number; y: number }[] {
  const out: { x: number; y: number }[] = [];
  for (const [x = 0, y = 0] of path) {
    const point = { x: x * size.width, y: y * size.height };
    const last = out.at(-1);
    if (last === undefined || Math.hypot(last.x - point.x, last.y - point.y) > 0.5) out.push(point);
  }
  return out;
}

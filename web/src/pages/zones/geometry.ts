/** Zones and lines in fractions of the picture, 0..1, origin top left. */

export interface Point {
  x: number;
  y: number;
}

/** Two points are a line, three or more an area. */
export interface Zone {
  name: string;
  points: Point[];
  /** A privacy mask: blackened before anything looks. */
  mask?: true;
}

export const isLine = (zone: Zone): boolean => zone.points.length === 2;

/** The smallest area (share of the picture) and the shortest line (share of its diagonal) that mean anything. */
export const kLeastArea = 0.0005;
export const kLeastLine = 0.02;
export const kMostPoints = 64;
export const kMostZones = 32;

const clamp = (value: number) => Math.min(1, Math.max(0, value));

/** Four decimals are finer than a pixel of the largest camera. */
const round = (value: number) => Math.round(value * 10_000) / 10_000;

export function clampPoint(point: Point): Point {
  return { x: round(clamp(point.x)), y: round(clamp(point.y)) };
}

export function movePoint(zone: Zone, index: number, to: Point): Zone {
  return { ...zone, points: zone.points.map((p, i) => (i === index ? clampPoint(to) : p)) };
}

/** Moves the whole zone; it stops at the edge of the picture and keeps its shape. */
export function moveZone(zone: Zone, by: Point): Zone {
  const xs = zone.points.map((p) => p.x);
  const ys = zone.points.map((p) => p.y);
  const dx = Math.min(1 - Math.max(...xs), Math.max(-Math.min(...xs), by.x));
  const dy = Math.min(1 - Math.max(...ys), Math.max(-Math.min(...ys), by.y));
  return { ...zone, points: zone.points.map((p) => clampPoint({ x: p.x + dx, y: p.y + dy })) };
}

/** A new point after `index`, in the middle unless said otherwise. Lines stay lines. */
export function insertPoint(zone: Zone, index: number, at?: Point): Zone {
  const here = zone.points[index];
  const next = zone.points[(index + 1) % zone.points.length];
  if (here === undefined || next === undefined || isLine(zone)) return zone;
  if (zone.points.length >= kMostPoints) return zone;
  const point = at ?? { x: (here.x + next.x) / 2, y: (here.y + next.y) / 2 };
  const points = [...zone.points];
  points.splice(index + 1, 0, clampPoint(point));
  return { ...zone, points };
}

/** Without this point; null if what remains would be no zone. */
export function removePoint(zone: Zone, index: number): Zone | null {
  if (zone.points.length <= 3) return null;
  return { ...zone, points: zone.points.filter((_, i) => i !== index) };
}

/** The direction of a line turned around. */
export function flip(zone: Zone): Zone {
  return { ...zone, points: [...zone.points].reverse() };
}

export function area(points: Point[]): number {
  let twice = 0;
  for (let i = 0; i < points.length; i += 1) {
    const a = points[i] as Point;
    const b = points[(i + 1) % points.length] as Point;
    twice += a.x * b.y - b.x * a.y;
  }
  return Math.abs(twice) / 2;
}

export function centre(points: Point[]): Point {
  const n = Math.max(1, points.length);
  return {
    x: points.reduce((sum, p) => sum + p.x, 0) / n,
    y: points.reduce((sum, p) => sum + p.y, 0) / n,
  };
}

/** Whether the same shape is meant, whatever it is called. */
export const isArea = (zone: Zone): boolean => !isLine(zone) && zone.mask !== true;

const turn = (a: Point, b: Point, c: Point) =>
  (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);

function crosses(a: Point, b: Point, c: Point, d: Point): boolean {
  return turn(a, b, c) * turn(a, b, d) < 0 && turn(c, d, a) * turn(c, d, b) < 0;
}

/** Whether two sides cross each other: then nobody can say what is inside. */
export function crossesItself(points: Point[]): boolean {
  const n = points.length;
  for (let i = 0; i < n; i += 1) {
    for (let j = i + 2; j < n; j += 1) {
      if (i === 0 && j === n - 1) continue;
      const sides = [points[i], points[(i + 1) % n], points[j], points[(j + 1) % n]] as Point[];
      if (crosses(...(sides as [Point, Point, Point, Point]))) return true;
    }
  }
  return false;
}

export function contains(points: Point[], at: Point): boolean {
  let inside = false;
  for (let i = 0, j = points.length - 1; i < points.length; j = i, i += 1) {
    const a = points[i] as Point;
    const b = points[j] as Point;
    if (a.y > at.y !== b.y > at.y && at.x < ((b.x - a.x) * (at.y - a.y)) / (b.y - a.y) + a.x) {
      inside = !inside;
    }
  }
  return inside;
}

/** The unit vector, in pixels, that points to the side of a line where "in" is. */
export function inwards(from: Point, to: Point): Point {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const length = Math.hypot(dx, dy) || 1;
  // Seen from the first point towards the second, "in" is on the right.
  return { x: -dy / length, y: dx / length };
}

/** "zone-3": the first name that is free. */
export function freeName(base: string, taken: Iterable<string>): string {
  const names = new Set(taken);
  if (!names.has(base)) return base;
  for (let i = 2; ; i += 1) {
    const name = `${base}-${i}`;
    if (!names.has(name)) return name;
  }
}

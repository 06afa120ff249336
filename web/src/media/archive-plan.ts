import { nextRecorded, type Span } from "../timeline/layout";
import type { Ranges } from "./append-queue";

/** Decisions of the archive player, apart from the browser so that they can be tested. */

/** The first request is short: its answer ends soon and the picture comes from its beginning. */
const kFirstChunk = 4000;
const kChunk = 20_000;

export function chunkEnd(from: number, first: boolean, rate: number): number {
  if (first) return from + kFirstChunk;
  // A faster picture eats faster; the server allows 30 s per request.
  return from + Math.min(29_000, kChunk * Math.max(1, rate / 2));
}

/** Seconds of pictures to hold ready. */
export function readyAhead(rate: number): number {
  return Math.min(60, 12 * Math.max(1, rate));
}

/** The end of what is buffered without a hole from `position` on; `position` itself if nothing is. */
export function bufferedUntil(buffered: Ranges, position: number): number {
  const tolerance = 0.1;
  let end = position;
  for (let i = 0; i < buffered.length; i += 1) {
    if (buffered.start(i) <= end + tolerance && buffered.end(i) > end) end = buffered.end(i);
  }
  return end;
}

/** Where the picture goes on after a hole, if it stands before one; null: stay. */
export function overHole(buffered: Ranges, position: number): number | null {
  for (let i = 0; i < buffered.length; i += 1) {
    if (position >= buffered.start(i) && position < buffered.end(i) - 0.06) return null;
  }
  let best: number | null = null;
  for (let i = 0; i < buffered.length; i += 1) {
    const start = buffered.start(i);
    if (start > position + 0.02 && (best === null || start < best)) best = start;
  }
  return best;
}

/** The length of one picture, from when the last ones were shown; a slow machine skips some, so
 *  the shortest distance tells. */
export function pictureLength(distances: number[], otherwise: number): number {
  const plausible = distances.filter((d) => d > 0.005 && d < 0.5);
  return plausible.length === 0 ? otherwise : Math.min(...plausible);
}

/** An answer shorter than asked for, close to the present: the recorder needs time to go on. */
export function isAtEdge(to: number, end: number | null, now: number): boolean {
  return end !== null && end < to - 500 && now - end < 5000;
}

export type Next =
  | { kind: "ask"; from: number }
  /** Nothing newer exists yet. */
  | { kind: "edge" };

/** Where to ask after the answer for [from, to) ended with pictures up to `end`. */
export function nextRequest(spans: Span[], from: number, to: number, end: number | null): Next {
  // Pictures came: go on where they end, which may be before `to` at a change of format.
  if (end !== null && end > from + 40) return { kind: "ask", from: end };
  const next = nextRecorded(spans, from + 200);
  if (next === null) return { kind: "edge" };
  if (next > from + 200) return { kind: "ask", from: next };
  // The timeline says recorded, the server sent nothing: it is being written just now.
  const after = nextRecorded(spans, to);
  const inside = spans.find((s) => from + 200 >= s.from && from + 200 < s.to);
  if (inside !== undefined && inside.to > to && after !== null) return { kind: "ask", from: to };
  return { kind: "edge" };
}

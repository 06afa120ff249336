import { type Window, toX } from "./scale";

export interface Span {
  from: number;
  to: number;
}

export interface GapSpan extends Span {
  cause: string;
  detail: string;
  /** Where its entry stands in the ledger. */
  leaf: number | null;
  /** It has not ended yet. */
  open: boolean;
}

/** Joins what touches or nearly does: segments cut every few seconds are one recording to a person. */
export function mergeSpans(spans: Span[], tolerance: number): Span[] {
  const sorted = [...spans].sort((a, b) => a.from - b.from);
  const out: Span[] = [];
  for (const next of sorted) {
    const last = out[out.length - 1];
    if (last !== undefined && next.from - last.to <= tolerance) {
      last.to = Math.max(last.to, next.to);
    } else {
      out.push({ from: next.from, to: next.to });
    }
  }
  return out;
}

export interface Bar {
  x: number;
  width: number;
}

/** Where a span is drawn; null if outside. Never thinner than `least`, so that nothing hides. */
export function barOf(span: Span, window: Window, width: number, least = 1): Bar | null {
  if (span.to <= window.from || span.from >= window.to) return null;
  const from = Math.max(0, toX(span.from, window, width));
  const to = Math.min(width, toX(span.to, window, width));
  const w = Math.max(least, to - from);
  return { x: Math.min(from, width - w), width: w };
}

export function spanAt<T extends Span>(spans: T[], at: number): T | null {
  return spans.find((s) => at >= s.from && at < s.to) ?? null;
}

/** The gap a person means when pointing at `at`, allowing for `slack` around thin ones. */
export function gapNear(gaps: GapSpan[], at: number, slack: number): GapSpan | null {
  let best: GapSpan | null = null;
  let bestDistance = slack;
  for (const gap of gaps) {
    const distance = at < gap.from ? gap.from - at : at > gap.to ? at - gap.to : 0;
    if (distance === 0) return gap;
    if (distance <= bestDistance) {
      best = gap;
      bestDistance = distance;
    }
  }
  return best;
}

/** `at` itself if recorded, else the beginning of the next recording; null if there is none. */
export function nextRecorded(spans: Span[], at: number): number | null {
  let best: number | null = null;
  for (const s of spans) {
    if (at >= s.from && at < s.to) return at;
    if (s.from > at && (best === null || s.from < best)) best = s.from;
  }
  return best;
}

/** `at` itself if recorded, else the end of the recording before; null if there is none. */
export function previousRecorded(spans: Span[], at: number): number | null {
  let best: number | null = null;
  for (const s of spans) {
    if (at >= s.from && at < s.to) return at;
    if (s.to <= at && (best === null || s.to > best)) best = s.to;
  }
  return best;
}

/** A range put in order and cut to what can be exported. */
export function orderedRange(a: number, b: number, now: number): Span {
  const from = Math.min(a, b);
  return { from, to: Math.min(Math.max(a, b), now) };
}

export function recordedWithin(spans: Span[], range: Span): number {
  let sum = 0;
  for (const s of spans) {
    sum += Math.max(0, Math.min(s.to, range.to) - Math.max(s.from, range.from));
  }
  return sum;
}

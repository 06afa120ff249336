import type { Timeline } from "../api/types";
import type { GapSpan, Span } from "./layout";

/** What is being recorded now grows until the next answer, which is seconds away. */
const kGrowth = 6000;

export function spansOf(timeline: Timeline, now: number): Span[] {
  return timeline.spans.map((span) => {
    const to = Date.parse(span.to);
    return {
      from: Date.parse(span.from),
      to: span.open ? Math.max(to, Math.min(now - 1000, to + kGrowth)) : to,
    };
  });
}

export function gapsOf(timeline: Timeline, now: number): GapSpan[] {
  return timeline.gaps.map((gap) => ({
    from: Date.parse(gap.from),
    to: gap.to === null ? now : Date.parse(gap.to),
    cause: gap.cause,
    detail: gap.words,
    open: gap.to === null,
    leaf: gap.leaf,
  }));
}

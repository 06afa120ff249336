import type { Timeline } from "../api/types";
import { type GapSpan, mergeSpans, type Span } from "./layout";

/** What is being recorded now grows until the next answer, which is seconds away. */
const kGrowth = 6000;

/** What can be played: the recording itself, and where it is gone the masked archive. */
export function spansOf(timeline: Timeline, now: number): Span[] {
  return mergeSpans([...grown(timeline.spans, now), ...grown(timeline.masked, now)], 1000);
}

function grown(spans: Timeline["spans"], now: number): Span[] {
  return spans.map((span) => {
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

/** When somebody could see people without masks here. */
export function liftsOf(timeline: Timeline): { from: number; to: number; user: string }[] {
  return timeline.lifts.map((lift) => ({
    from: Date.parse(lift.from),
    to: Date.parse(lift.to),
    user: lift.user,
  }));
}

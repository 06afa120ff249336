import { useElementSize } from "@mantine/hooks";
import { type PointerEvent, useEffect, useId, useRef, useState } from "react";
import { texts } from "../texts";
import { dateTime, duration } from "../time/words";
import { barOf, gapNear, type GapSpan, orderedRange, type Span, spanAt } from "./layout";
import { pan, span as lengthOf, ticks, toTime, toX, type Window, zoomAt } from "./scale";
import classes from "./Timeline.module.css";

export interface TimelineProps {
  window: Window;
  zone: string;
  now: number;
  spans: Span[];
  gaps: GapSpan[];
  position?: number | null;
  range?: Span | null;
  /** Drag selects instead of moving. */
  selecting?: boolean;
  compact?: boolean;
  onSeek: (at: number) => void;
  onWindow?: (window: Window) => void;
  onRange?: (range: Span) => void;
}

interface Drag {
  kind: "pan" | "range" | "from" | "to";
  startX: number;
  startWindow: Window;
  anchor: number;
  moved: boolean;
}

const kClick = 4;
const kHandle = 8;

const patterns = ["refused", "camera_lost", "disk_full", "other"] as const;

function patternOf(cause: string): string {
  return (patterns as readonly string[]).includes(cause) ? cause : "other";
}

export function causeWords(cause: string): string {
  return texts.timeline.causes[cause] ?? cause.replace(/_/g, " ");
}

function Hover({
  at,
  x,
  width,
  props,
}: {
  at: number;
  x: number;
  width: number;
  props: TimelineProps;
}) {
  const slack = (lengthOf(props.window) / Math.max(1, width)) * 4;
  const recorded = spanAt(props.spans, at);
  const gap = recorded === null ? gapNear(props.gaps, at, slack) : null;
  const right = x > width * 0.6;
  return (
    <div
      className={classes.tip}
      style={right ? { right: width - x + 8 } : { left: x + 8 }}
      role="status"
    >
      <div className={classes.tipTime}>{dateTime(at, props.zone)}</div>
      {recorded !== null && <div>{texts.timeline.recorded}</div>}
      {gap !== null && (
        <>
          <div className={classes.tipCause}>
            {causeWords(gap.cause)} ·{" "}
            {gap.open ? texts.timeline.lasting : duration(gap.to - gap.from)}
          </div>
          {gap.detail !== "" && <div className={classes.tipDetail}>{gap.detail}</div>}
        </>
      )}
      {recorded === null && gap === null && (
        <div>{at > props.now ? texts.timeline.future : texts.timeline.unknown}</div>
      )}
    </div>
  );
}

/** Recordings, gaps with their cause, and where we are; zoom, move, seek, select. */
export function Timeline(props: TimelineProps) {
  const { window, zone, now, spans, gaps, position = null, range = null, compact = false } = props;
  const { ref: sizeRef, width } = useElementSize();
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const id = useId();
  const latest = useRef(props);
  latest.current = props;

  // React's wheel listeners are passive; zooming must keep the page from scrolling.
  useEffect(() => {
    const element = box.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      const { onWindow, window: shown, now: present } = latest.current;
      if (onWindow === undefined) return;
      event.preventDefault();
      const rect = element.getBoundingClientRect();
      const sideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
      if (sideways) {
        const pixels = event.shiftKey ? event.deltaY || event.deltaX : event.deltaX;
        onWindow(pan(shown, (pixels / rect.width) * lengthOf(shown), present));
      } else {
        const anchor = toTime(event.clientX - rect.left, shown, rect.width);
        const strength = Math.min(0.6, Math.abs(event.deltaY) / 300);
        const factor = event.deltaY > 0 ? 1 + strength : 1 / (1 + strength);
        onWindow(zoomAt(shown, factor, anchor, present));
      }
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, []);

  const xOf = (event: PointerEvent) =>
    event.clientX - (box.current?.getBoundingClientRect().left ?? 0);

  function onDown(event: PointerEvent<HTMLDivElement>) {
    if (event.button !== 0) return;
    const x = xOf(event);
    const at = toTime(x, window, width);
    let kind: Drag["kind"] = props.onRange && (event.shiftKey || props.selecting) ? "range" : "pan";
    let anchor = at;
    if (range !== null && props.onRange !== undefined) {
      if (Math.abs(toX(range.from, window, width) - x) < kHandle) {
        kind = "from";
        anchor = range.to;
      } else if (Math.abs(toX(range.to, window, width) - x) < kHandle) {
        kind = "to";
        anchor = range.from;
      }
    }
    drag.current = { kind, startX: x, startWindow: window, anchor, moved: false };
    event.currentTarget.setPointerCapture(event.pointerId);
  }

  function onMove(event: PointerEvent<HTMLDivElement>) {
    const x = xOf(event);
    const current = drag.current;
    setHover(current?.kind === "pan" && current.moved ? null : x);
    if (current === null) return;
    if (!current.moved && Math.abs(x - current.startX) < kClick) return;
    current.moved = true;
    if (current.kind === "pan") {
      const by = ((current.startX - x) / Math.max(1, width)) * lengthOf(current.startWindow);
      props.onWindow?.(pan(current.startWindow, by, now));
    } else {
      props.onRange?.(orderedRange(current.anchor, toTime(x, window, width), now));
    }
  }

  function onUp(event: PointerEvent<HTMLDivElement>) {
    const current = drag.current;
    drag.current = null;
    if (current !== null && !current.moved) {
      props.onSeek(Math.min(toTime(xOf(event), window, width), now));
    }
  }

  const axis = compact ? 0 : 22;
  const bar = compact ? 26 : 40;
  const height = axis + bar + (compact ? 20 : 6);
  const marks = width > 0 ? ticks(window, width, zone) : [];
  const nowX = toX(now, window, width);
  const rangeBar = range === null ? null : barOf(range, window, width, 2);

  return (
    <div
      ref={box}
      className={classes.box}
      data-panning={props.onWindow !== undefined}
      data-selecting={props.selecting === true}
      role="slider"
      tabIndex={0}
      aria-label={texts.timeline.label}
      aria-valuemin={Math.round(window.from / 1000)}
      aria-valuemax={Math.round(window.to / 1000)}
      aria-valuenow={Math.round((position ?? window.to) / 1000)}
      aria-valuetext={
        position === null
          ? texts.timeline.unknown
          : texts.timeline.position(dateTime(position, zone))
      }
      data-from={Math.round(window.from)}
      data-to={Math.round(window.to)}
      data-spans={spans.length}
      data-gaps={gaps.length}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onPointerLeave={() => setHover(null)}
    >
      <div ref={sizeRef} style={{ height }}>
        <svg width={width} height={height} aria-hidden className={classes.svg}>
          <defs>
            {patterns.map((name, i) => (
              <pattern
                key={name}
                id={`${id}-${name}`}
                width="7"
                height="7"
                patternUnits="userSpaceOnUse"
                patternTransform={`rotate(${[45, -45, 90, 0][i] ?? 0})`}
              >
                <rect width="7" height="7" className={classes.gapBack} data-cause={name} />
                <rect width="3" height="7" className={classes.gapStripe} data-cause={name} />
              </pattern>
            ))}
          </defs>
          <rect x={0} y={axis} width={width} height={bar} rx={4} className={classes.track} />
          {nowX < width && (
            <rect
              x={Math.max(0, nowX)}
              y={axis}
              width={width - Math.max(0, nowX)}
              height={bar}
              className={classes.future}
            />
          )}
          {marks.map((tick) => {
            const x = toX(tick.at, window, width);
            return (
              <g key={tick.at}>
                <line
                  x1={x}
                  x2={x}
                  y1={compact ? 0 : axis - 5}
                  y2={axis + bar}
                  className={tick.day ? classes.dayLine : classes.tickLine}
                />
                {x < width - (tick.day ? 84 : 44) && (
                  <text
                    x={x + (compact ? 0 : 4)}
                    y={compact ? height - 4 : axis - 8}
                    className={tick.day ? classes.dayLabel : classes.tickLabel}
                    textAnchor="start"
                  >
                    {tick.label}
                  </text>
                )}
              </g>
            );
          })}
          {spans.map((item) => {
            const b = barOf(item, window, width, 1.5);
            return (
              b !== null && (
                <rect
                  key={item.from}
                  x={b.x}
                  y={axis + 4}
                  width={b.width}
                  height={bar - 8}
                  rx={2}
                  className={classes.recorded}
                />
              )
            );
          })}
          {gaps.map((gap) => {
            const b = barOf(gap, window, width, 3);
            return (
              b !== null && (
                <rect
                  key={`${gap.from} ${gap.cause}`}
                  x={b.x}
                  y={axis + 4}
                  width={b.width}
                  height={bar - 8}
                  fill={`url(#${id}-${patternOf(gap.cause)})`}
                  data-gap={gap.cause}
                />
              )
            );
          })}
          {rangeBar !== null && (
            <g>
              <rect
                x={rangeBar.x}
                y={axis}
                width={rangeBar.width}
                height={bar}
                className={classes.range}
              />
              {[rangeBar.x, rangeBar.x + rangeBar.width].map((x, i) => (
                <rect
                  key={i}
                  x={x - 2.5}
                  y={axis - 3}
                  width={5}
                  height={bar + 6}
                  rx={2.5}
                  className={classes.handle}
                />
              ))}
            </g>
          )}
          {hover !== null && (
            <line x1={hover} x2={hover} y1={axis} y2={axis + bar} className={classes.hover} />
          )}
          {position !== null && position >= window.from && position <= window.to && (
            <g transform={`translate(${toX(position, window, width)} 0)`}>
              <line y1={axis - 6} y2={axis + bar + 4} className={classes.position} />
              <path d={`M-6 ${axis - 9}h12l-6 8z`} className={classes.positionHead} />
            </g>
          )}
        </svg>
      </div>
      {hover !== null && drag.current?.kind !== "pan" && (
        <Hover at={toTime(hover, window, width)} x={hover} width={width} props={props} />
      )}
    </div>
  );
}

/** What the colours and stripes mean; only the causes that are in view. */
export function TimelineLegend({ gaps }: { gaps: GapSpan[] }) {
  const causes = [...new Set(gaps.map((gap) => gap.cause))];
  return (
    <ul className={classes.legend}>
      <li>
        <span className={classes.swatch} data-kind="recorded" aria-hidden />
        {texts.timeline.recorded}
      </li>
      {causes.map((cause) => (
        <li key={cause}>
          <span className={classes.swatch} data-kind={patternOf(cause)} aria-hidden />
          {causeWords(cause)}
        </li>
      ))}
    </ul>
  );
}

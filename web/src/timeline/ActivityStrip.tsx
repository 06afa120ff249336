import { useElementSize } from "@mantine/hooks";
import { useMemo, useState } from "react";
import { Link } from "react-router-dom";
import type { Activity, ReviewItem } from "../api/types";
import { percent } from "../pages/accuracy/order";
import { texts } from "../texts";
import { clockTime } from "../time/words";
import { activityAt, columns, heightOf } from "./activity";
import classes from "./ActivityStrip.module.css";
import { barOf } from "./layout";
import { toTime, toX, type Window } from "./scale";

const kBars = 9;
const kMoved = 22;
const kPixels = 2;

/** How much moved and what was noticed, under the timeline and to its scale. */
export function ActivityStrip({
  window,
  zone,
  now,
  activity,
  items,
  position,
  camera,
  onSeek,
}: {
  window: Window;
  zone: string;
  now: number;
  activity: Activity | undefined;
  items: ReviewItem[];
  position: number | null;
  camera: string;
  onSeek: (at: number) => void;
}) {
  const t = texts.activity;
  const { ref, width } = useElementSize();
  const [hover, setHover] = useState<number | null>(null);
  const heights = useMemo(
    () => (activity === undefined || width === 0 ? [] : columns(activity, window, width, kPixels)),
    [activity, window, width],
  );
  const bars = items
    .map((item) => ({
      item,
      bar: barOf(
        { from: Date.parse(item.from), to: item.to === null ? now : Date.parse(item.to) },
        window,
        width,
        3,
      ),
    }))
    .filter((each) => each.bar !== null)
    // Alerts are drawn last, so that no detection hides them.
    .sort((a, b) =>
      a.item.severity === b.item.severity ? 0 : a.item.severity === "alert" ? 1 : -1,
    );
  const height = kBars + 2 + kMoved;
  const at = hover === null ? null : toTime(hover, window, width);
  const slack = width === 0 ? 0 : ((window.to - window.from) / width) * 3;
  const pointed =
    at === null
      ? []
      : items.filter(
          (item) =>
            Date.parse(item.from) - slack <= at &&
            (item.to === null ? now : Date.parse(item.to)) + slack >= at,
        );
  const moved = at === null || activity === undefined ? null : activityAt(activity, at);

  return (
    <div
      className={classes.box}
      data-items={bars.length}
      data-values={heights.filter((h) => h !== null).length}
      title={t.help}
    >
      <div
        ref={ref}
        style={{ height }}
        onPointerMove={(event) =>
          setHover(event.clientX - event.currentTarget.getBoundingClientRect().left)
        }
        onPointerLeave={() => setHover(null)}
        onClick={(event) => {
          const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
          const first = pointed[0];
          onSeek(
            Math.min(first === undefined ? toTime(x, window, width) : Date.parse(first.from), now),
          );
        }}
      >
        <svg width={width} height={height} role="img" aria-label={t.label}>
          <rect y={kBars + 2} width={width} height={kMoved} className={classes.ground} />
          {heights.map(
            (value, i) =>
              value !== null &&
              value > 0 && (
                <rect
                  key={i}
                  x={i * kPixels}
                  width={kPixels}
                  y={height - heightOf(value, kMoved)}
                  height={heightOf(value, kMoved)}
                  className={classes.moved}
                />
              ),
          )}
          {bars.map(
            ({ item, bar }) =>
              bar !== null && (
                <rect
                  key={item.id}
                  x={bar.x}
                  width={bar.width}
                  y={0}
                  height={kBars}
                  rx={2}
                  className={classes.item}
                  data-severity={item.severity}
                  data-viewed={item.viewed}
                />
              ),
          )}
          {position !== null && position >= window.from && position <= window.to && (
            <line
              x1={toX(position, window, width)}
              x2={toX(position, window, width)}
              y1={0}
              y2={height}
              className={classes.position}
            />
          )}
        </svg>
      </div>
      {at !== null && hover !== null && (
        <div
          className={classes.tip}
          style={hover > width * 0.6 ? { right: width - hover + 8 } : { left: hover + 8 }}
        >
          <div className={classes.tipTime}>{clockTime(at, zone)}</div>
          {pointed.slice(0, 3).map((item) => (
            <div key={item.id}>
              <span className={classes.dot} data-severity={item.severity} aria-hidden />
              {item.title}
            </div>
          ))}
          {at <= now && <div>{moved === null ? t.nobody : t.moved(percent(moved))}</div>}
        </div>
      )}
      <ul className={classes.legend}>
        <li>
          <span className={classes.swatch} data-kind="moved" aria-hidden /> {t.legend}
        </li>
        <li>
          <span className={classes.swatch} data-kind="alert" aria-hidden /> {t.alert}
        </li>
        <li>
          <span className={classes.swatch} data-kind="detection" aria-hidden /> {t.detection}
        </li>
        <li>
          <Link to={`/review?camera=${camera}`}>{t.items(bars.length)}</Link>
        </li>
      </ul>
    </div>
  );
}

import type { KeyboardEvent, PointerEvent } from "react";
import { texts } from "../../texts";
import { centre, inwards, isLine, type Point, type Zone } from "./geometry";
import classes from "./zones.module.css";

export interface Size {
  width: number;
  height: number;
}

export const toPixels = (p: Point, size: Size): Point => ({
  x: p.x * size.width,
  y: p.y * size.height,
});

/** Which side of a line is "in". */
function Arrow({ from, to }: { from: Point; to: Point }) {
  const middle = { x: (from.x + to.x) / 2, y: (from.y + to.y) / 2 };
  const n = inwards(from, to);
  const along = { x: -n.y, y: n.x };
  const tip = { x: middle.x + n.x * 34, y: middle.y + n.y * 34 };
  const wing = (side: number) =>
    `${tip.x - n.x * 10 + along.x * 6 * side} ${tip.y - n.y * 10 + along.y * 6 * side}`;
  return (
    <g className={classes.arrow} aria-hidden>
      <path d={`M${middle.x} ${middle.y}L${tip.x} ${tip.y}`} />
      <path d={`M${wing(1)}L${tip.x} ${tip.y}L${wing(-1)}`} />
      <text x={tip.x + n.x * 12} y={tip.y + n.y * 12 + 4} textAnchor="middle">
        {texts.zones.inLabel}
      </text>
    </g>
  );
}

export function kindOfShape(zone: Zone): "line" | "mask" | "zone" {
  return isLine(zone) ? "line" : zone.mask === true ? "mask" : "zone";
}

/** One zone, line or mask on the picture; it takes the focus and the pointer. */
export function Shape({
  zone,
  index,
  size,
  selected,
  bad,
  still,
  onDown,
  onKey,
  onFocus,
}: {
  zone: Zone;
  index: number;
  size: Size;
  selected: boolean;
  bad: boolean;
  /** While something is drawn, shapes are only looked at. */
  still: boolean;
  onDown: (event: PointerEvent) => void;
  onKey: (event: KeyboardEvent) => void;
  onFocus: () => void;
}) {
  const kind = kindOfShape(zone);
  const pixels = zone.points.map((p) => toPixels(p, size));
  const d = pixels.map((p, i) => `${i === 0 ? "M" : "L"}${p.x} ${p.y}`).join("");
  const label = centre(pixels);
  const [first, second] = pixels;
  return (
    <g
      className={classes.shape}
      data-shape={zone.name}
      data-index={index}
      data-kind={kind}
      data-selected={selected}
      data-bad={bad}
      data-still={still}
      {...(still
        ? { "aria-hidden": true }
        : {
            tabIndex: 0,
            role: "button",
            "aria-label": texts.zones.shape(zone.name, texts.zones[kind]),
            "aria-pressed": selected,
          })}
      onPointerDown={still ? undefined : onDown}
      onKeyDown={still ? undefined : onKey}
      onFocus={still ? undefined : onFocus}
    >
      {kind === "line" ? (
        <>
          <path d={d} className={classes.grip} />
          <path d={d} className={classes.outline} />
          {first !== undefined && second !== undefined && <Arrow from={first} to={second} />}
        </>
      ) : (
        <path d={`${d}Z`} className={classes.outline} />
      )}
      <text
        className={classes.label}
        x={label.x}
        y={kind === "line" ? label.y - 10 : label.y + 4}
        textAnchor="middle"
      >
        {zone.name}
      </text>
    </g>
  );
}

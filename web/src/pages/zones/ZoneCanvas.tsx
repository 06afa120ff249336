import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { texts } from "../../texts";
import {
  clampPoint,
  insertPoint,
  isLine,
  kMostPoints,
  movePoint,
  moveZone,
  type Point,
  removePoint,
  type Zone,
} from "./geometry";
import { Shape, type Size, toPixels } from "./Shape";
import classes from "./zones.module.css";

export type Tool = "select" | "zone" | "line" | "mask";

type Drag =
  | { kind: "point"; zone: number; point: number; tag: string }
  | { kind: "zone"; zone: number; from: Point; original: Zone; tag: string };

const kNear = 10;
const arrows: Record<string, Point> = {
  ArrowLeft: { x: -1, y: 0 },
  ArrowRight: { x: 1, y: 0 },
  ArrowUp: { x: 0, y: -1 },
  ArrowDown: { x: 0, y: 1 },
};

/** How far an arrow key moves: a small step, a large one with Shift. */
function nudge(event: KeyboardEvent): Point | null {
  const arrow = arrows[event.key];
  if (arrow === undefined) return null;
  const step = event.shiftKey ? 0.05 : 0.005;
  return { x: arrow.x * step, y: arrow.y * step };
}

/** The picture to draw on: shapes, their corners, and what is being drawn. */
export function ZoneCanvas({
  size,
  zones,
  bad,
  selected,
  tool,
  readOnly,
  onSelect,
  onChange,
  onRemove,
  onDrawn,
  onTool,
}: {
  size: Size;
  zones: Zone[];
  /** Indexes of zones that cannot be saved. */
  bad: ReadonlySet<number>;
  selected: number | null;
  tool: Tool;
  readOnly: boolean;
  onSelect: (index: number | null) => void;
  onChange: (index: number, zone: Zone, tag: string | null) => void;
  onRemove: (index: number) => void;
  onDrawn: (points: Point[]) => void;
  onTool: (tool: Tool) => void;
}) {
  const t = texts.zones;
  const svg = useRef<SVGSVGElement>(null);
  const drag = useRef<Drag | null>(null);
  const drags = useRef(0);
  const [draft, setDraft] = useState<Point[]>([]);
  const [cross, setCross] = useState<Point | null>(null);
  const drawing = tool !== "select" && !readOnly;

  useEffect(() => {
    setDraft([]);
    setCross(null);
    if (drawing) svg.current?.focus({ preventScroll: true });
  }, [drawing, tool]);

  const at = (event: { clientX: number; clientY: number }): Point => {
    const box = svg.current?.getBoundingClientRect();
    if (box === undefined) return { x: 0, y: 0 };
    return clampPoint({
      x: (event.clientX - box.left) / box.width,
      y: (event.clientY - box.top) / box.height,
    });
  };
  const near = (a: Point, b: Point) =>
    Math.hypot((a.x - b.x) * size.width, (a.y - b.y) * size.height) < kNear;

  function finish(points: Point[]) {
    setDraft([]);
    setCross(null);
    onDrawn(points);
  }

  function place(point: Point) {
    const first = draft[0];
    const last = draft.at(-1);
    if (tool !== "line" && first !== undefined && draft.length >= 3 && near(point, first)) {
      finish(draft);
      return;
    }
    if (last !== undefined && near(point, last)) return;
    const next = [...draft, point];
    if (tool === "line" && next.length === 2) finish(next);
    else if (next.length >= kMostPoints) finish(next);
    else setDraft(next);
  }

  function onDown(event: PointerEvent<SVGSVGElement>) {
    if (event.button !== 0 || readOnly) return;
    if (drawing) place(at(event));
    else onSelect(null);
  }

  function begin(event: PointerEvent, next: Drag) {
    event.stopPropagation();
    drag.current = next;
    svg.current?.setPointerCapture(event.pointerId);
  }

  function onMove(event: PointerEvent<SVGSVGElement>) {
    const point = at(event);
    if (drawing) setCross(point);
    const moving = drag.current;
    if (moving === null) return;
    const zone = zones[moving.zone];
    if (zone === undefined) return;
    if (moving.kind === "point") {
      onChange(moving.zone, movePoint(zone, moving.point, point), moving.tag);
    } else {
      const by = { x: point.x - moving.from.x, y: point.y - moving.from.y };
      onChange(moving.zone, moveZone(moving.original, by), moving.tag);
    }
  }

  function onDrawKey(event: KeyboardEvent<SVGSVGElement>) {
    if (!drawing) return;
    const by = nudge(event);
    if (by !== null) {
      const from = cross ?? { x: 0.5, y: 0.5 };
      setCross(clampPoint({ x: from.x + by.x, y: from.y + by.y }));
    } else if (event.key === " ") place(cross ?? { x: 0.5, y: 0.5 });
    else if (event.key === "Enter") {
      if (draft.length >= 3 && tool !== "line") finish(draft);
      else place(cross ?? { x: 0.5, y: 0.5 });
    } else if (event.key === "Backspace" || event.key === "Delete") setDraft(draft.slice(0, -1));
    else if (event.key === "Escape") {
      if (draft.length > 0) setDraft([]);
      else onTool("select");
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const focusShape = (index: number) =>
    requestAnimationFrame(() =>
      svg.current?.querySelector<SVGElement>(`[data-index="${index}"]`)?.focus(),
    );

  function onShapeKey(event: KeyboardEvent, index: number, zone: Zone) {
    if (readOnly) return;
    const by = nudge(event);
    if (by !== null) onChange(index, moveZone(zone, by), `keys ${index}`);
    else if (event.key === "Delete" || event.key === "Backspace") onRemove(index);
    else if (event.key === "Enter" || event.key === " ") onSelect(index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  function onPointKey(event: KeyboardEvent, index: number, zone: Zone, point: number) {
    const here = zone.points[point];
    if (here === undefined) return;
    const by = nudge(event);
    if (by !== null) {
      const to = { x: here.x + by.x, y: here.y + by.y };
      onChange(index, movePoint(zone, point, to), `keys ${index} ${point}`);
    } else if (event.key === "Delete" || event.key === "Backspace") {
      const less = removePoint(zone, point);
      if (less !== null) onChange(index, less, null);
      focusShape(index);
    } else if (event.key === "+" || event.key === "Insert") {
      onChange(index, insertPoint(zone, point), null);
    } else if (event.key === "Escape") focusShape(index);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  const chosen = selected === null ? undefined : zones[selected];
  const pixels = draft.map((p) => toPixels(p, size));
  const aim = cross === null ? null : toPixels(cross, size);

  return (
    <svg
      ref={svg}
      className={classes.canvas}
      viewBox={`0 0 ${size.width} ${size.height}`}
      role="application"
      aria-label={t.canvas}
      tabIndex={drawing ? 0 : -1}
      data-tool={tool}
      data-points={draft.length}
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={() => {
        drag.current = null;
      }}
      onPointerCancel={() => {
        drag.current = null;
      }}
      onDoubleClick={() => {
        if (drawing && tool !== "line" && draft.length >= 3) finish(draft);
      }}
      onKeyDown={onDrawKey}
    >
      {zones.map((zone, index) => (
        <Shape
          key={index}
          zone={zone}
          index={index}
          size={size}
          selected={selected === index}
          bad={bad.has(index)}
          still={drawing}
          onFocus={() => onSelect(index)}
          onKey={(event) => onShapeKey(event, index, zone)}
          onDown={(event) => {
            if (event.button !== 0) return;
            onSelect(index);
            if (readOnly) return;
            drags.current += 1;
            begin(event, {
              kind: "zone",
              zone: index,
              from: at(event),
              original: zone,
              tag: `drag ${drags.current}`,
            });
          }}
        />
      ))}
      {chosen !== undefined && selected !== null && !drawing && !readOnly && (
        <g>
          {!isLine(chosen) &&
            chosen.points.map((point, i) => {
              const next = chosen.points[(i + 1) % chosen.points.length] as Point;
              const middle = toPixels(
                { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 },
                size,
              );
              return (
                <circle
                  key={`m${i}`}
                  className={classes.middle}
                  cx={middle.x}
                  cy={middle.y}
                  r={5}
                  aria-hidden
                  onPointerDown={(event) => {
                    drags.current += 1;
                    const tag = `drag ${drags.current}`;
                    onChange(selected, insertPoint(chosen, i, at(event)), tag);
                    begin(event, { kind: "point", zone: selected, point: i + 1, tag });
                  }}
                />
              );
            })}
          {chosen.points.map((point, i) => {
            const here = toPixels(point, size);
            return (
              <circle
                key={`p${i}`}
                className={classes.corner}
                data-corner={i}
                cx={here.x}
                cy={here.y}
                r={7}
                tabIndex={0}
                role="button"
                aria-label={
                  isLine(chosen) ? t.end(i + 1, chosen.name) : t.corner(i + 1, chosen.name)
                }
                onPointerDown={(event) => {
                  drags.current += 1;
                  begin(event, {
                    kind: "point",
                    zone: selected,
                    point: i,
                    tag: `drag ${drags.current}`,
                  });
                }}
                onKeyDown={(event) => onPointKey(event, selected, chosen, i)}
              />
            );
          })}
        </g>
      )}
      {drawing && (
        <g className={classes.draft} aria-hidden>
          <polyline
            points={[...pixels, ...(aim === null || pixels.length === 0 ? [] : [aim])]
              .map((p) => `${p.x},${p.y}`)
              .join(" ")}
          />
          {pixels.map((p, i) => (
            <circle key={i} cx={p.x} cy={p.y} r={i === 0 && draft.length >= 3 ? 8 : 4.5} />
          ))}
          {aim !== null && (
            <path d={`M${aim.x - 11} ${aim.y}h22M${aim.x} ${aim.y - 11}v22`} data-aim />
          )}
        </g>
      )}
    </svg>
  );
}

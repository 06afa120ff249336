import { useEffect, useRef, useState } from "react";
import type { Boxes } from "../api/types";
import { boxesAddress, boxesAt, BoxesClient, type BoxesState } from "../media/boxes";
import type { Rect } from "../media/picture-rect";
import { plain, texts } from "../texts";
import classes from "./BoxesOverlay.module.css";

const kStep = 80;

/** What is tracked now, drawn over the live picture, each box at its picture. */
export function BoxesOverlay({
  camera,
  size,
  shownAt,
}: {
  camera: string;
  size: Rect;
  shownAt: () => number | null;
}) {
  const t = texts.boxes;
  const [state, setState] = useState<BoxesState>({ kind: "connecting" });
  const [boxes, setBoxes] = useState<Boxes | null>(null);
  const latest = useRef(shownAt);
  latest.current = shownAt;

  useEffect(() => {
    const client = new BoxesClient(boxesAddress(camera), setState);
    const timer = setInterval(() => setBoxes(boxesAt(client.queue, latest.current())), kStep);
    return () => {
      clearInterval(timer);
      client.close();
    };
  }, [camera]);

  const tracks = boxes?.tracks ?? [];
  return (
    <div className={classes.overlay} data-boxes={state.kind} data-tracks={tracks.length}>
      <svg viewBox={`0 0 ${size.width} ${size.height}`} aria-hidden>
        {tracks.map((track) => {
          const [x = 0, y = 0, w = 0, h = 0] = track.box;
          const left = x * size.width;
          const top = y * size.height;
          return (
            <g
              key={track.id}
              className={classes.track}
              data-kind={track.kind}
              data-predicted={track.predicted}
              data-stationary={track.stationary}
            >
              <rect x={left} y={top} width={w * size.width} height={h * size.height} rx={3} />
              <text x={left + 4} y={top < 20 ? top + 15 : top - 6}>
                {t.label(texts.explore.classes[track.kind] ?? plain(track.kind), track.id)}
                {track.label !== "" &&
                  ` · ${(texts.explore.colours[track.label] ?? track.label).toLowerCase()}`}
                {track.stationary && ` · ${t.still}`}
              </text>
            </g>
          );
        })}
      </svg>
      <span className={classes.words} role="status">
        {state.kind === "refused"
          ? `${t.refused}: ${state.error.message}`
          : boxes === null
            ? t.waiting
            : tracks.length === 0
              ? t.none
              : t.tracked(tracks.length)}
      </span>
    </div>
  );
}

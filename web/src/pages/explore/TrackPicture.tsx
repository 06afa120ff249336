import { useState } from "react";
import { trackPicture } from "../../api/eyes";
import type { Track } from "../../api/types";
import { MaskedPicture } from "../../components/MaskedPicture";
import { type Rect, pictureRect } from "../../media/picture-rect";
import { texts } from "../../texts";
import classes from "./explore.module.css";
import { pathPoints } from "./filters";

const kBox = { width: 320, height: 180 };

/** The masked picture of an object with the path it took. */
export function TrackPicture({ track, title }: { track: Track; title: string }) {
  const [rect, setRect] = useState<Rect>(() => pictureRect(kBox, null));
  const points = pathPoints(track.path, rect);
  const d = points
    .map(
      (p, i) => `${i === 0 ? "M" : "L"}${(rect.x + p.x).toFixed(1)} ${(rect.y + p.y).toFixed(1)}`,
    )
    .join("");
  const last = points.at(-1);
  const before = points.at(-2);
  const angle =
    last === undefined || before === undefined
      ? 0
      : (Math.atan2(last.y - before.y, last.x - before.x) * 180) / Math.PI;
  return (
    <MaskedPicture
      address={trackPicture(track.id)}
      has={track.has_picture}
      title={title}
      onSize={(size) => setRect(pictureRect(kBox, size))}
    >
      <svg
        className={classes.path}
        viewBox={`0 0 ${kBox.width} ${kBox.height}`}
        role="img"
        aria-label={texts.explore.pathOf(title)}
        data-path={points.length}
      >
        {points.length > 1 && <path d={d} />}
        {points[0] !== undefined && (
          <circle cx={rect.x + points[0].x} cy={rect.y + points[0].y} r={3} />
        )}
        {last !== undefined && points.length > 1 && (
          <path
            className={classes.head}
            d="M-7 -4.5L1 0L-7 4.5z"
            transform={`translate(${rect.x + last.x} ${rect.y + last.y}) rotate(${angle})`}
          />
        )}
      </svg>
    </MaskedPicture>
  );
}

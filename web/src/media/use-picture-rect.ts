import { type RefObject, useEffect, useState } from "react";
import { pictureRect, type Rect } from "./picture-rect";

/** Where the picture of a video lies in its box, as both change. */
export function usePictureRect(
  box: RefObject<HTMLElement | null>,
  video: RefObject<HTMLVideoElement | null>,
  enabled: boolean,
): Rect | null {
  const [rect, setRect] = useState<Rect | null>(null);
  useEffect(() => {
    const outer = box.current;
    const inner = video.current;
    if (!enabled || outer === null || inner === null) return;
    const measure = () => {
      const size = { width: outer.clientWidth, height: outer.clientHeight };
      const picture =
        inner.videoWidth > 0 ? { width: inner.videoWidth, height: inner.videoHeight } : null;
      setRect(pictureRect(size, picture));
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(outer);
    inner.addEventListener("resize", measure);
    inner.addEventListener("loadedmetadata", measure);
    return () => {
      observer.disconnect();
      inner.removeEventListener("resize", measure);
      inner.removeEventListener("loadedmetadata", measure);
    };
  }, [box, video, enabled]);
  return rect;
}

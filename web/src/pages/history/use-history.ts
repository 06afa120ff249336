import { type RefObject, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router-dom";
import { useTimeline } from "../../api/queries";
import type { Camera, StreamKind } from "../../api/types";
import { useNow } from "../../components/use-now";
import { gapsOf, spansOf } from "../../timeline/from-api";
import { mergeSpans, nextRecorded, previousRecorded, spanAt } from "../../timeline/layout";
import { clampWindow, follow, queryWindow, type Window } from "../../timeline/scale";
import { kDay, kHour } from "../../time/zone";
import { useArchive } from "./use-archive";

/** Where we are in the recordings of one camera, what the timeline shows, and how to get elsewhere. */
export function useHistory(
  camera: Camera,
  video: RefObject<HTMLVideoElement | null>,
  stream: StreamKind,
  clear: boolean,
  mayPlay: boolean,
) {
  const [params, setParams] = useSearchParams();
  const now = useNow(1000);
  const asked = Number(params.get("t")) || null;
  const [window, setWindow] = useState<Window>(() => {
    const at = asked ?? Date.now();
    return clampWindow({ from: at - kHour, to: at + kHour }, Date.now());
  });
  /** A place where nothing is recorded, that somebody wanted to see. */
  const [missing, setMissing] = useState<number | null>(null);
  /** For those who see no pictures, the place they look at. */
  const [looking, setLooking] = useState<number | null>(null);

  const asking = queryWindow(window);
  const timeline = useTimeline(camera.name, stream, asking.from, asking.to);
  const spans = useMemo(
    () => (timeline.data === undefined ? [] : spansOf(timeline.data, now)),
    [timeline.data, now],
  );
  const gaps = useMemo(
    () => (timeline.data === undefined ? [] : gapsOf(timeline.data, now)),
    [timeline.data, now],
  );

  // The player looks further ahead than the eye: a gap may end outside the picture.
  const [dayAhead, setDayAhead] = useState<number>(
    () => Math.floor((asked ?? Date.now()) / kDay) * kDay,
  );
  const ahead = useTimeline(camera.name, stream, dayAhead, dayAhead + 7 * kDay, mayPlay, 30_000);
  const playable = useMemo(
    () =>
      mergeSpans([...spans, ...(ahead.data === undefined ? [] : spansOf(ahead.data, now))], 1000),
    [spans, ahead.data, now],
  );
  const archive = useArchive(video, camera.name, stream, clear, playable, mayPlay);
  const position = missing ?? archive.position ?? looking;

  useEffect(() => {
    if (position !== null) setDayAhead(Math.floor(position / kDay) * kDay);
  }, [position]);

  const seek = useCallback(
    (at: number, play = true) => {
      const target = Math.min(at, Date.now());
      setWindow((before) => follow(before, target, Date.now()));
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          next.set("t", String(Math.round(target)));
          return next;
        },
        { replace: true },
      );
      // Close to the newest picture the timeline may be a moment behind the recorder.
      const recorded = spanAt(playable, target) !== null || Date.now() - target < 3000;
      const newest = previousRecorded(playable, target);
      if (!recorded && !(newest !== null && target - newest < 3000)) {
        archive.player.current?.pause();
        setMissing(target);
        return;
      }
      setMissing(null);
      if (!mayPlay) {
        setLooking(target);
        return;
      }
      const beforeEdge = recorded ? target : (newest ?? target) - 1000;
      archive.player.current?.seek(Math.min(beforeEdge, Date.now() - 1500));
      if (play) archive.player.current?.play();
    },
    [playable, archive.player, mayPlay, setParams],
  );

  // A link with a time begins there once the timeline is known.
  const begun = useRef(false);
  const known = timeline.data !== undefined && (ahead.data !== undefined || !mayPlay);
  useEffect(() => {
    if (begun.current || asked === null || !known) return;
    begun.current = true;
    seek(asked);
  }, [asked, known, seek]);

  const playing = archive.playing;
  useEffect(() => {
    if (playing && archive.position !== null) {
      const at = archive.position;
      setWindow((before) => follow(before, at, Date.now()));
    }
  }, [playing, archive.position]);

  const toggle = useCallback(() => {
    if (missing !== null) {
      const next = nextRecorded(playable, missing);
      if (next !== null) seek(next);
    } else if (playing) archive.player.current?.pause();
    else archive.player.current?.play();
  }, [missing, playable, playing, seek, archive.player]);
  const move = useCallback(
    (by: number) => {
      if (position !== null) seek(position + by, playing);
    },
    [position, playing, seek],
  );

  return {
    now,
    window,
    setWindow,
    asking,
    timeline,
    spans,
    gaps,
    playable,
    archive,
    position,
    missing,
    playing,
    seek,
    toggle,
    move,
  };
}

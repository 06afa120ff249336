import { type RefObject, useEffect, useRef, useState } from "react";
import type { StreamKind } from "../../api/types";
import { ArchivePlayer, type ArchiveState } from "../../media/archive-player";
import { ArchiveSound, type SoundState } from "../../media/archive-sound";
import type { Span } from "../../timeline/layout";

export interface Archive {
  state: ArchiveState;
  position: number | null;
  playing: boolean;
  /** The newest measurement, and how many there were. */
  firstPicture: { ms: number; count: number } | null;
  skipped: number | null;
  player: RefObject<ArchivePlayer | null>;
}

/** The recorded sound, silent until somebody wants to listen. */
export function useArchiveSound(
  video: RefObject<HTMLVideoElement | null>,
  player: RefObject<ArchivePlayer | null>,
  camera: string | undefined,
  listening: boolean,
): SoundState {
  const [state, setState] = useState<SoundState>("loading");
  useEffect(() => {
    const element = video.current;
    if (element === null || camera === undefined || !listening) return;
    setState("loading");
    const origin = () => player.current?.mediaOrigin ?? null;
    const sound = new ArchiveSound(element, camera, origin, setState);
    return () => sound.close();
  }, [video, player, camera, listening]);
  return state;
}

/** A player for one camera stream; another stream of the same camera keeps the position. */
export function useArchive(
  video: RefObject<HTMLVideoElement | null>,
  camera: string | undefined,
  stream: StreamKind,
  clear: boolean,
  spans: Span[],
  enabled: boolean,
): Archive {
  const [state, setState] = useState<ArchiveState>({ kind: "idle" });
  const [position, setPosition] = useState<number | null>(null);
  const [playing, setPlaying] = useState(false);
  const [firstPicture, setFirstPicture] = useState<Archive["firstPicture"]>(null);
  const [skipped, setSkipped] = useState<number | null>(null);
  const player = useRef<ArchivePlayer | null>(null);
  const latest = useRef(spans);
  latest.current = spans;
  const resume = useRef<{ camera: string; at: number; playing: boolean } | null>(null);

  useEffect(() => {
    const element = video.current;
    if (element === null || camera === undefined || !enabled) return;
    const made = new ArchivePlayer(element, camera, stream, clear, () => latest.current, {
      state: setState,
      position: setPosition,
      playing: setPlaying,
      firstPicture: (ms) =>
        setFirstPicture((before) => ({ ms: Math.round(ms), count: (before?.count ?? 0) + 1 })),
      skipped: setSkipped,
    });
    player.current = made;
    const before = resume.current;
    if (before?.camera === camera) {
      made.seek(before.at);
      if (before.playing) made.play();
    } else {
      setState({ kind: "idle" });
      setPosition(null);
      setPlaying(false);
    }
    return () => {
      const at = made.position;
      resume.current = at === null ? null : { camera, at, playing: !element.paused };
      player.current = null;
      made.close();
    };
  }, [video, camera, stream, clear, enabled]);

  useEffect(() => {
    if (skipped === null) return;
    const timer = setTimeout(() => setSkipped(null), 3000);
    return () => clearTimeout(timer);
  }, [skipped]);

  return { state, position, playing, firstPicture, skipped, player };
}

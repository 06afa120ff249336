import { ActionIcon, Button, Loader, Slider } from "@mantine/core";
import {
  IconHistory,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerSkipBackFilled,
} from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router-dom";
import { useTimeline } from "../api/queries";
import { may } from "../app/rights";
import { useUser } from "../app/session";
import { useArchive } from "../pages/history/use-archive";
import { usePlayerKeys } from "../pages/history/use-player-keys";
import { texts } from "../texts";
import { spansOf } from "../timeline/from-api";
import { nextRecorded } from "../timeline/layout";
import { clockTime } from "../time/words";
import { kMinute } from "../time/zone";
import classes from "./ClipPlayer.module.css";
import { ErrorPanel } from "./ErrorPanel";

const kBefore = 5_000;
const kAfter = 5_000;
const kMost = 5 * kMinute;

/** What to play around something that happened: a little before and after, at most five minutes. */
export function clipOf(from: number, to: number | null, now: number): { from: number; to: number } {
  const end = Math.min(to ?? now, from + kMost) + kAfter;
  return { from: from - kBefore, to: Math.max(from + 1000, Math.min(end, now - 1000)) };
}

function Stage({
  camera,
  clip,
  zone,
}: {
  camera: string;
  clip: { from: number; to: number };
  zone: string;
}) {
  const t = texts.history;
  const video = useRef<HTMLVideoElement>(null);
  const timeline = useTimeline(
    camera,
    "main",
    clip.from - kMinute,
    clip.to + kMinute,
    true,
    15_000,
  );
  const spans = useMemo(
    () => (timeline.data === undefined ? [] : spansOf(timeline.data, Date.now())),
    [timeline.data],
  );
  const { state, position, playing, player } = useArchive(
    video,
    camera,
    "main",
    false,
    spans,
    true,
  );
  const known = timeline.data !== undefined;
  const begin = nextRecorded(spans, clip.from);
  const empty = known && (begin === null || begin >= clip.to);

  const start = useCallback(() => {
    if (begin === null || begin >= clip.to) return;
    player.current?.seek(Math.max(begin, clip.from));
    player.current?.play();
  }, [begin, clip.from, clip.to, player]);

  const begun = useRef(false);
  useEffect(() => {
    if (begun.current || !known) return;
    begun.current = true;
    start();
  }, [known, start]);

  const ended = position !== null && position >= clip.to;
  useEffect(() => {
    if (ended && playing) player.current?.pause();
  }, [ended, playing, player]);

  const toggle = useCallback(() => {
    if (ended) start();
    else if (playing) player.current?.pause();
    else player.current?.play();
  }, [ended, playing, player, start]);
  const move = useCallback(
    (by: number) => {
      const at = (position ?? clip.from) + by;
      player.current?.seek(Math.min(clip.to - 200, Math.max(clip.from, at)));
    },
    [position, clip, player],
  );
  const keys = useMemo(
    () => ({
      " ": toggle,
      k: toggle,
      j: () => move(-10_000),
      l: () => move(10_000),
      ",": () => player.current?.step(-1),
      ".": () => player.current?.step(1),
    }),
    [toggle, move, player],
  );
  usePlayerKeys(keys, false);

  if (timeline.error !== null && !known) {
    return <ErrorPanel error={timeline.error} onRetry={() => void timeline.refetch()} />;
  }
  if (state.kind === "failed") {
    return (
      <ErrorPanel
        error={state.error}
        {...(state.error.kind === "refused" ? { title: t.refusedTitle } : {})}
        onRetry={start}
      />
    );
  }
  return (
    <div
      className={classes.clip}
      data-clip={empty ? "empty" : state.kind}
      data-playing={playing}
      data-position={position === null ? undefined : Math.round(position)}
    >
      <div className={classes.stage}>
        <video ref={video} muted playsInline tabIndex={-1} aria-hidden />
        {empty ? (
          <div className={classes.words}>{t.noRecording}</div>
        ) : (
          (state.kind === "loading" || state.kind === "idle") && (
            <Loader className={classes.loading} size={24} color="gray" aria-label={t.loading} />
          )
        )}
      </div>
      {!empty && (
        <div className={classes.controls}>
          <ActionIcon
            variant="filled"
            color="teal"
            radius="xl"
            size={32}
            onClick={toggle}
            aria-label={playing ? t.pause : t.play}
          >
            {playing ? (
              <IconPlayerPauseFilled size={16} />
            ) : ended ? (
              <IconPlayerSkipBackFilled size={16} />
            ) : (
              <IconPlayerPlayFilled size={16} />
            )}
          </ActionIcon>
          <Slider
            className={classes.slider}
            size="sm"
            min={clip.from}
            max={clip.to}
            step={100}
            value={Math.min(clip.to, Math.max(clip.from, position ?? clip.from))}
            label={(at) => clockTime(at, zone)}
            onChange={(at) => player.current?.seek(at)}
            thumbLabel={texts.timeline.label}
          />
          <span className="tabular">{clockTime(position ?? clip.from, zone)}</span>
        </div>
      )}
    </div>
  );
}

/** The recording around a moment, in the player of History; it begins when somebody asks for it. */
export function ClipPlayer({
  camera,
  from,
  to,
  zone,
}: {
  camera: string;
  from: number;
  to: number | null;
  zone: string;
}) {
  const user = useUser();
  const [clip, setClip] = useState<{ from: number; to: number } | null>(null);
  const t = texts.review;
  if (!may(user, "playback")) return <p className="muted">{t.noPlayback}</p>;
  return (
    <div className={classes.box}>
      {clip === null ? (
        <div className={classes.idle}>
          <Button
            leftSection={<IconPlayerPlayFilled size={14} aria-hidden />}
            onClick={() => setClip(clipOf(from, to, Date.now()))}
          >
            {t.playClip}
          </Button>
          <span className="muted">{t.clipLogged}</span>
        </div>
      ) : (
        <Stage camera={camera} clip={clip} zone={zone} />
      )}
      <Button
        component={Link}
        to={`/history/${camera}?t=${from}`}
        variant="default"
        size="xs"
        leftSection={<IconHistory size={15} aria-hidden />}
        className={classes.open}
      >
        {t.inHistory}
      </Button>
    </div>
  );
}

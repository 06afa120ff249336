import { useCallback, useMemo, useRef, useState } from "react";
import { useNavigate } from "react-router-dom";
import { useActivity, useReviewSpan } from "../../api/eyes";
import { useLift } from "../../api/lifts";
import type { Camera, StreamKind } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { LiftControls } from "../../components/LiftControls";
import { texts } from "../../texts";
import { stepFor } from "../../timeline/activity";
import { ActivityStrip } from "../../timeline/ActivityStrip";
import { nextRecorded, orderedRange, type Span } from "../../timeline/layout";
import { zoomAt } from "../../timeline/scale";
import { liftsOf } from "../../timeline/from-api";
import { Timeline, TimelineLegend } from "../../timeline/Timeline";
import { kDay, kMinute } from "../../time/zone";
import { ExportDialog } from "../exports/ExportDialog";
import { Controls } from "./Controls";
import { GapTable } from "./GapTable";
import classes from "./history.module.css";
import { LiftTable } from "./LiftTable";
import { faster, slower } from "./speeds";
import { StageWords } from "./StageWords";
import { useArchiveSound } from "./use-archive";
import { useHistory } from "./use-history";
import { usePlayerKeys } from "./use-player-keys";
import { anchorOf, WindowBar } from "./WindowBar";

/** The archive of one camera: picture, transport, timeline, range, gaps. */
export function Player({ camera, zone }: { camera: Camera; zone: string }) {
  const user = useUser();
  const navigate = useNavigate();
  const [stream, setStream] = useState<StreamKind>("main");
  const [rate, setRate] = useState(1);
  const [range, setRange] = useState<Span | null>(null);
  const [selecting, setSelecting] = useState(false);
  const [exporting, setExporting] = useState(false);
  const video = useRef<HTMLVideoElement>(null);
  const lift = useLift(camera.name);
  const mayPlay = may(user, "playback");
  const mayExport = may(user, "export");
  const history = useHistory(camera, video, stream, lift !== null, mayPlay);
  const { archive, gaps, move, now, playable, position, seek, setWindow, toggle, window } = history;
  const player = archive.player;

  const [listening, setListening] = useState(false);
  // A voice tells who somebody is as a face does: it is heard with a lift only.
  const hasSound = lift !== null && camera.streams.some((s) => s.sound !== null);
  const sound = useArchiveSound(video, player, camera.name, listening && hasSound && mayPlay);

  const changeRate = useCallback(
    (next: number) => {
      setRate(next);
      player.current?.setRate(next);
    },
    [player],
  );
  const goLive = useCallback(
    () => navigate(`/live?camera=${camera.name}`),
    [navigate, camera.name],
  );
  const clear = useCallback(() => {
    setRange(null);
    setSelecting(false);
  }, []);
  const mark = useCallback(
    (end: "from" | "to") => {
      if (position === null || !mayExport) return;
      const other =
        range === null
          ? end === "from"
            ? position + kMinute
            : position - kMinute
          : end === "from"
            ? Math.max(range.to, position + 1000)
            : Math.min(range.from, position - 1000);
      setRange(orderedRange(position, other, Date.now()));
    },
    [position, range, mayExport],
  );

  const keys = useMemo(() => {
    const zoom = (factor: number) =>
      setWindow(zoomAt(window, factor, anchorOf(window, position), Date.now()));
    return {
      " ": toggle,
      k: toggle,
      j: () => move(-10_000),
      l: () => move(10_000),
      ArrowLeft: (event: KeyboardEvent) => move(event.shiftKey ? -kMinute : -5000),
      ArrowRight: (event: KeyboardEvent) => move(event.shiftKey ? kMinute : 5000),
      ",": () => player.current?.step(-1),
      ".": () => player.current?.step(1),
      "<": () => changeRate(slower(rate)),
      ">": () => changeRate(faster(rate)),
      "+": () => zoom(0.6),
      "=": () => zoom(0.6),
      "-": () => zoom(1 / 0.6),
      i: () => mark("from"),
      o: () => mark("to"),
      Escape: clear,
      End: goLive,
    };
  }, [toggle, move, changeRate, mark, clear, goLive, player, rate, window, position, setWindow]);
  usePlayerKeys(keys, exporting);

  const { from, to } = history.asking;
  const activity = useActivity(camera.name, from, to, stepFor(history.asking));
  const noticed = useReviewSpan(camera.name, from, to);
  const visibleGaps = gaps.filter((gap) => gap.to > window.from && gap.from < window.to);
  const lifts = (history.timeline.data === undefined ? [] : liftsOf(history.timeline.data)).filter(
    (one) => one.to > window.from && one.from < window.to,
  );
  const { data: timeline, error, refetch } = history.timeline;

  return (
    <div
      className={classes.player}
      data-state={history.missing === null ? archive.state.kind : "missing"}
      data-position={position === null ? undefined : Math.round(position)}
      data-playing={history.playing}
      data-first-picture-ms={archive.firstPicture?.ms}
      data-shown={lift === null ? "masked" : "clear"}
      data-seeks={archive.firstPicture?.count ?? 0}
    >
      {mayPlay ? (
        <div className={classes.stage}>
          <video ref={video} muted playsInline tabIndex={-1} aria-hidden />
          <span className={classes.shownAs} data-clear={lift !== null}>
            {lift === null ? texts.lifts.masked : texts.lifts.clear}
          </span>
          <StageWords
            archive={archive}
            missing={history.missing}
            playable={playable}
            gaps={gaps}
            zone={zone}
            hasAny={timeline === undefined || playable.length > 0 || camera.usage.segments > 0}
            onSeek={seek}
          />
        </div>
      ) : (
        <p className={classes.noPlayback}>{texts.history.noPlayback}</p>
      )}
      <div className={classes.deck}>
        <Controls
          position={position}
          zone={zone}
          playing={history.playing}
          rate={rate}
          stream={stream}
          hasSub={camera.streams.some((s) => s.stream === "sub" && s.state === "recording")}
          sound={hasSound ? { listening, state: sound } : null}
          onListen={setListening}
          selecting={selecting}
          range={range}
          mayPlay={mayPlay}
          mayExport={mayExport}
          onToggle={toggle}
          onMove={move}
          onStep={(direction) => player.current?.step(direction)}
          onRate={changeRate}
          onStream={setStream}
          onSelecting={setSelecting}
          onClear={clear}
          onExport={() => setExporting(true)}
        />
        {error !== null && timeline === undefined ? (
          <ErrorPanel error={error} onRetry={() => void refetch()} />
        ) : (
          <Timeline
            window={window}
            zone={zone}
            now={now}
            spans={history.spans}
            gaps={gaps}
            position={position}
            range={range}
            selecting={selecting}
            onSeek={seek}
            onWindow={setWindow}
            {...(mayExport ? { onRange: setRange } : {})}
          />
        )}
        <ActivityStrip
          window={window}
          zone={zone}
          now={now}
          activity={activity.data}
          items={noticed.data ?? []}
          position={position}
          camera={camera.name}
          onSeek={seek}
        />
        <div className={classes.below}>
          <TimelineLegend gaps={visibleGaps} />
          <LiftControls camera={camera.name} title={camera.title} />
          <WindowBar
            camera={camera.name}
            zone={zone}
            window={window}
            position={position}
            now={now}
            onWindow={setWindow}
            onDay={(from) => {
              const first = nextRecorded(playable, from);
              if (first !== null && first < from + kDay) seek(first, false);
            }}
            {...(mayPlay ? { onLive: goLive } : {})}
          />
        </div>
      </div>
      <Card title={texts.timeline.gapsTitle} flush={visibleGaps.length > 0}>
        <GapTable
          gaps={visibleGaps}
          zone={zone}
          linkLedger={may(user, "ledger")}
          onSeek={(at) => seek(at)}
        />
      </Card>
      {lifts.length > 0 && (
        <Card title={texts.lifts.onTimeline} flush>
          <LiftTable lifts={lifts} zone={zone} onSeek={(at) => seek(at)} />
        </Card>
      )}
      {mayExport && range !== null && (
        <ExportDialog
          opened={exporting}
          onClose={() => setExporting(false)}
          camera={camera}
          stream={stream}
          range={range}
          spans={playable}
          zone={zone}
          mayClear={lift?.exports === true}
        />
      )}
    </div>
  );
}

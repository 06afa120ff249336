import { ActionIcon, Button, Loader, Select, Tooltip } from "@mantine/core";
import {
  IconBroadcast,
  IconDeviceCctv,
  IconHistory,
  IconPlayerPlay,
  IconZoomIn,
  IconZoomOut,
} from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useNavigate, useParams, useSearchParams } from "react-router-dom";
import { useCameras, useSites, useTimeline } from "../../api/queries";
import type { Camera, StreamKind } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { useNow } from "../../components/use-now";
import { texts } from "../../texts";
import { gapsOf, spansOf } from "../../timeline/from-api";
import {
  type GapSpan,
  gapNear,
  mergeSpans,
  nextRecorded,
  orderedRange,
  previousRecorded,
  type Span,
  spanAt,
} from "../../timeline/layout";
import {
  clampWindow,
  follow,
  queryWindow,
  span as lengthOf,
  type Window,
  zoomAt,
} from "../../timeline/scale";
import { causeWords, Timeline, TimelineLegend } from "../../timeline/Timeline";
import { dateTime, duration } from "../../time/words";
import { kDay, kHour, kMinute, knownZone, startOfDay } from "../../time/zone";
import { ExportDialog } from "../exports/ExportDialog";
import { Controls } from "./Controls";
import { DayPicker } from "./DayPicker";
import { GapTable } from "./GapTable";
import classes from "./history.module.css";
import { faster, slower } from "./speeds";
import { useArchive } from "./use-archive";

/** What zooming keeps in place: where we are, else the present, else the middle. */
function anchorOf(window: Window, position: number | null): number {
  const now = Date.now();
  if (position !== null && position > window.from && position < window.to) return position;
  return now > window.from && now < window.to ? now : (window.from + window.to) / 2;
}

function Player({ camera, zone }: { camera: Camera; zone: string }) {
  const user = useUser();
  const navigate = useNavigate();
  const [params, setParams] = useSearchParams();
  const now = useNow(1000);
  const asked = Number(params.get("t")) || null;
  const [window, setWindow] = useState<Window>(() => {
    const at = asked ?? Date.now();
    return clampWindow({ from: at - kHour, to: at + kHour }, Date.now());
  });
  const [stream, setStream] = useState<StreamKind>("main");
  const [rate, setRate] = useState(1);
  const [range, setRange] = useState<Span | null>(null);
  const [selecting, setSelecting] = useState(false);
  const [exporting, setExporting] = useState(false);
  /** A place where nothing is recorded, that somebody wanted to see. */
  const [missing, setMissing] = useState<number | null>(null);
  /** For those who see no pictures, the place they look at. */
  const [looking, setLooking] = useState<number | null>(null);
  const mayPlay = may(user, "playback");
  const mayExport = may(user, "export");

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

  const video = useRef<HTMLVideoElement>(null);
  // The player looks further ahead than the eye: a gap may end outside the picture.
  const [dayAhead, setDayAhead] = useState<number>(
    () => Math.floor((asked ?? Date.now()) / kDay) * kDay,
  );
  const ahead = useTimeline(camera.name, stream, dayAhead, dayAhead + 7 * kDay, mayPlay);
  const playable = useMemo(
    () =>
      mergeSpans([...spans, ...(ahead.data === undefined ? [] : spansOf(ahead.data, now))], 1000),
    [spans, ahead.data, now],
  );
  const archive = useArchive(video, camera.name, stream, playable, mayPlay);
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

  const changeRate = useCallback(
    (next: number) => {
      setRate(next);
      archive.player.current?.setRate(next);
    },
    [archive.player],
  );
  const toggle = useCallback(() => {
    if (missing !== null) {
      const next = nextRecorded(playable, missing);
      if (next !== null) seek(next);
    } else if (playing) archive.player.current?.pause();
    else archive.player.current?.play();
  }, [missing, playable, playing, seek, archive.player]);
  const goLive = useCallback(
    () => navigate(`/live?camera=${camera.name}`),
    [navigate, camera.name],
  );
  const move = useCallback(
    (by: number) => {
      if (position !== null) seek(position + by, playing);
    },
    [position, playing, seek],
  );
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

  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || exporting) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.key === " " && target.tagName === "BUTTON") return;
      const keys: Record<string, () => void> = {
        " ": toggle,
        k: toggle,
        j: () => move(-10_000),
        l: () => move(10_000),
        ArrowLeft: () => move(event.shiftKey ? -kMinute : -5000),
        ArrowRight: () => move(event.shiftKey ? kMinute : 5000),
        ",": () => archive.player.current?.step(-1),
        ".": () => archive.player.current?.step(1),
        "<": () => changeRate(slower(rate)),
        ">": () => changeRate(faster(rate)),
        "+": () => setWindow(zoomAt(window, 0.6, anchorOf(window, position), Date.now())),
        "=": () => setWindow(zoomAt(window, 0.6, anchorOf(window, position), Date.now())),
        "-": () => setWindow(zoomAt(window, 1 / 0.6, anchorOf(window, position), Date.now())),
        i: () => mark("from"),
        o: () => mark("to"),
        Escape: () => {
          setRange(null);
          setSelecting(false);
        },
        End: goLive,
      };
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act === undefined) return;
      event.preventDefault();
      act();
    };
    globalThis.addEventListener("keydown", onKey);
    return () => globalThis.removeEventListener("keydown", onKey);
  }, [toggle, move, changeRate, mark, goLive, archive.player, rate, window, position, exporting]);

  const visibleGaps = gaps.filter((gap) => gap.to > window.from && gap.from < window.to);

  return (
    <div
      className={classes.player}
      data-state={missing === null ? archive.state.kind : "missing"}
      data-position={position === null ? undefined : Math.round(position)}
      data-playing={playing}
      data-first-picture-ms={archive.firstPicture?.ms}
      data-seeks={archive.firstPicture?.count ?? 0}
    >
      {mayPlay ? (
        <div className={classes.stage}>
          <video ref={video} muted playsInline tabIndex={-1} aria-hidden />
          <StageWords
            archive={archive}
            missing={missing}
            playable={playable}
            gaps={gaps}
            zone={zone}
            hasAny={timeline.data === undefined || playable.length > 0 || camera.usage.segments > 0}
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
          playing={playing}
          rate={rate}
          stream={stream}
          hasSub={camera.streams.some((s) => s.stream === "sub" && s.state === "recording")}
          selecting={selecting}
          range={range}
          mayPlay={mayPlay}
          mayExport={mayExport}
          onToggle={toggle}
          onMove={move}
          onStep={(direction) => archive.player.current?.step(direction)}
          onRate={changeRate}
          onStream={setStream}
          onSelecting={setSelecting}
          onClear={() => {
            setRange(null);
            setSelecting(false);
          }}
          onExport={() => setExporting(true)}
        />
        {timeline.error !== null && timeline.data === undefined ? (
          <ErrorPanel error={timeline.error} onRetry={() => void timeline.refetch()} />
        ) : (
          <Timeline
            window={window}
            zone={zone}
            now={now}
            spans={spans}
            gaps={gaps}
            position={position}
            range={range}
            selecting={selecting}
            onSeek={seek}
            onWindow={setWindow}
            {...(mayExport ? { onRange: setRange } : {})}
          />
        )}
        <div className={classes.below}>
          <TimelineLegend gaps={visibleGaps} />
          <div className={classes.zoom}>
            <DayPicker
              camera={camera.name}
              at={position ?? (window.from + window.to) / 2}
              zone={zone}
              onDay={(day) => {
                const from = startOfDay(day, zone);
                setWindow(clampWindow({ from, to: from + kDay }, Date.now()));
                const first = nextRecorded(playable, from);
                if (first !== null && first < from + kDay) seek(first, false);
              }}
            />
            <Button
              variant="default"
              onClick={() => {
                const half = lengthOf(window) / 2;
                setWindow(clampWindow({ from: now - half, to: now + half }, now));
              }}
            >
              {texts.timeline.now}
            </Button>
            {mayPlay && (
              <Button
                variant="default"
                leftSection={<IconBroadcast size={16} aria-hidden />}
                onClick={goLive}
              >
                {texts.history.goLive}
              </Button>
            )}
            {[
              { label: texts.timeline.zoomOut, factor: 2, Icon: IconZoomOut, key: "−" },
              { label: texts.timeline.zoomIn, factor: 0.5, Icon: IconZoomIn, key: "+" },
            ].map(({ label, factor, Icon, key }) => (
              <Tooltip key={key} label={`${label} (${key})`}>
                <ActionIcon
                  variant="default"
                  size={34}
                  aria-label={label}
                  onClick={() => setWindow(zoomAt(window, factor, anchorOf(window, position), now))}
                >
                  <Icon size={17} />
                </ActionIcon>
              </Tooltip>
            ))}
          </div>
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
      {mayExport && range !== null && (
        <ExportDialog
          opened={exporting}
          onClose={() => setExporting(false)}
          camera={camera}
          stream={stream}
          range={range}
          spans={playable}
          zone={zone}
        />
      )}
    </div>
  );
}

/** What lies over the picture: nothing while it plays, words when there is none. */
function StageWords({
  archive,
  missing,
  playable,
  gaps,
  zone,
  hasAny,
  onSeek,
}: {
  archive: ReturnType<typeof useArchive>;
  missing: number | null;
  playable: Span[];
  gaps: GapSpan[];
  zone: string;
  hasAny: boolean;
  onSeek: (at: number) => void;
}) {
  const t = texts.history;
  if (missing !== null) {
    const gap = gapNear(gaps, missing, 1000);
    const next = nextRecorded(playable, missing);
    return (
      <div className={classes.words} role="status">
        <strong>{t.noRecording}</strong>
        {gap !== null && (
          <p>
            {causeWords(gap.cause)},{" "}
            {gap.open ? texts.timeline.lasting : duration(gap.to - gap.from)}
            {gap.detail !== "" && ` · ${gap.detail}`}
          </p>
        )}
        {next !== null && (
          <>
            <p>{t.noRecordingStep(dateTime(next, zone))}</p>
            <Button
              size="xs"
              variant="white"
              color="dark"
              leftSection={<IconPlayerPlay size={14} aria-hidden />}
              onClick={() => onSeek(next)}
            >
              {t.jump}
            </Button>
          </>
        )}
      </div>
    );
  }
  switch (archive.state.kind) {
    case "idle":
      return (
        <div className={classes.words}>
          <IconHistory size={28} stroke={1.5} aria-hidden />
          <strong>{hasAny ? t.choose : t.nothingAtAll}</strong>
          <p>{hasAny ? texts.timeline.help : t.nothingAtAllStep}</p>
        </div>
      );
    case "loading":
      return <Loader className={classes.loading} size={28} color="gray" aria-label={t.loading} />;
    case "failed":
      return (
        <div className={classes.failure}>
          <ErrorPanel
            error={archive.state.error}
            {...(archive.state.error.kind === "refused" ? { title: t.refusedTitle } : {})}
            onRetry={() => {
              if (archive.position !== null) onSeek(archive.position);
            }}
          />
        </div>
      );
    case "edge":
      return <div className={classes.hint}>{t.atEdge}</div>;
    case "ready":
      return archive.skipped === null ? null : (
        <div className={classes.hint} role="status">
          {t.skipped(duration(archive.skipped))}
        </div>
      );
  }
}

export default function HistoryPage() {
  const { name } = useParams();
  const cameras = useCameras();
  const sites = useSites();
  const navigate = useNavigate();
  const t = texts.history;

  if (cameras.data === undefined) {
    return cameras.error === null ? (
      <PageSkeleton rows={3} />
    ) : (
      <ErrorPanel error={cameras.error} onRetry={() => void cameras.refetch()} />
    );
  }
  if (cameras.data.length === 0) {
    return (
      <>
        <PageHeader title={t.title} hidden />
        <Notice title={t.emptyTitle} text={t.empty} icon={<IconDeviceCctv size={26} />} />
      </>
    );
  }
  const camera =
    cameras.data.find((c) => c.name === name) ?? (name === undefined ? cameras.data[0] : undefined);
  const site = sites.data?.find((s) => s.name === camera?.site);
  return (
    <>
      <PageHeader title={t.title}>
        <Select
          aria-label={t.camera}
          data={cameras.data.map((c) => ({ value: c.name, label: c.title || c.name }))}
          value={camera?.name ?? null}
          onChange={(value) => {
            if (value !== null) navigate(`/history/${value}${globalThis.location.search}`);
          }}
          allowDeselect={false}
          searchable
          w={240}
        />
      </PageHeader>
      {camera === undefined ? (
        <Notice title={texts.camera.notFoundTitle} text={texts.camera.notFoundStep} />
      ) : (
        <Player key={camera.name} camera={camera} zone={knownZone(site?.timezone)} />
      )}
    </>
  );
}

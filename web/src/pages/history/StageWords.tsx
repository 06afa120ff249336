import { Button, Loader } from "@mantine/core";
import { IconHistory, IconPlayerPlay } from "@tabler/icons-react";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";
import { type GapSpan, gapNear, nextRecorded, type Span } from "../../timeline/layout";
import { causeWords } from "../../timeline/Timeline";
import { dateTime, duration } from "../../time/words";
import classes from "./history.module.css";
import type { Archive } from "./use-archive";

/** What lies over the picture: nothing while it plays, words when there is none. */
export function StageWords({
  archive,
  missing,
  playable,
  gaps,
  zone,
  hasAny,
  onSeek,
}: {
  archive: Archive;
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

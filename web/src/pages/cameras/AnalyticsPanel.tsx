import { Button, Progress, Skeleton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconBan,
  IconChevronDown,
  IconChevronRight,
  IconCircleFilled,
  IconClockPause,
  IconPlayerPause,
  IconPower,
  IconSchool,
} from "@tabler/icons-react";
import { useState } from "react";
import { sentence } from "../../api/errors";
import { resumeRule, useAnalytics } from "../../api/eyes";
import type { Analytic } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Articles, MissingList } from "../../components/Law";
import { ReasonDialog } from "../../components/ReasonDialog";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import classes from "./analytics.module.css";

const states = {
  running: { tone: "good", Icon: IconCircleFilled, size: 9 },
  learning: { tone: "info", Icon: IconSchool, size: 14 },
  waiting: { tone: "wait", Icon: IconClockPause, size: 14 },
  suspended: { tone: "wait", Icon: IconPlayerPause, size: 14 },
  refused: { tone: "bad", Icon: IconBan, size: 14 },
  off: { tone: "idle", Icon: IconPower, size: 14 },
} as const;

/** Asks why, and lets a rule that suspended itself run again. */
export function ResumeDialog({
  camera,
  rule,
  onClose,
}: {
  camera: string;
  rule: string | null;
  onClose: () => void;
}) {
  const t = texts.analytics;
  const client = useQueryClient();
  const resume = useMutation({
    mutationFn: (reason: string) => resumeRule(camera, rule ?? "", reason),
    onSuccess: () => {
      toast(t.resumed(rule ?? ""));
      for (const key of ["analytics", "accuracy"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      onClose();
    },
  });
  return (
    <ReasonDialog
      key={`${camera} ${rule}`}
      opened={rule !== null}
      title={t.resumeTitle(rule ?? "")}
      text={t.resumeText}
      action={t.resume}
      busy={resume.isPending}
      error={resume.error}
      onClose={() => {
        resume.reset();
        onClose();
      }}
      onDo={(reason) => resume.mutate(reason)}
    />
  );
}

function Row({ analytic, onResume }: { analytic: Analytic; onResume: (rule: string) => void }) {
  const t = texts.analytics;
  const user = useUser();
  const [open, setOpen] = useState(false);
  const { tone, Icon, size } = states[analytic.state];
  const law = analytic.reasons.length > 0 || analytic.missing.length > 0;
  const learned = Math.round((analytic.learned ?? 0) * 100);
  return (
    <li data-analytic={analytic.kind} data-name={analytic.name} data-state={analytic.state}>
      <div className={classes.head}>
        <span>
          <strong>{texts.capability(analytic.kind)}</strong>
          {analytic.name !== analytic.kind && <code className={classes.name}>{analytic.name}</code>}
        </span>
        <Badge tone={tone} icon={<Icon size={size} aria-hidden />}>
          {t.states[analytic.state]}
        </Badge>
      </div>
      {analytic.state !== "running" && analytic.words !== "" && (
        <p className={classes.words}>{sentence(analytic.words)}</p>
      )}
      {analytic.state === "learning" && (
        <div className={classes.learning}>
          <Progress value={learned} size={5} aria-label={t.learned(learned)} />
          <span className="muted tabular">{t.learned(learned)}</span>
        </div>
      )}
      {analytic.state === "suspended" && may(user, "resume") && (
        <Button size="xs" variant="default" onClick={() => onResume(analytic.name)}>
          {t.resume}
        </Button>
      )}
      {law && analytic.state !== "running" && (
        <>
          <button
            type="button"
            className={classes.why}
            aria-expanded={open}
            onClick={() => setOpen(!open)}
          >
            {open ? (
              <IconChevronDown size={14} aria-hidden />
            ) : (
              <IconChevronRight size={14} aria-hidden />
            )}
            {t.details}
          </button>
          {open && (
            <div className={classes.law}>
              {analytic.missing.length > 0 && <MissingList missing={analytic.missing} />}
              {analytic.reasons.length > 0 && <Articles articles={analytic.reasons} />}
            </div>
          )}
        </>
      )}
    </li>
  );
}

/** What looks at this camera now, what the law says of it, and what it counted. */
export function AnalyticsPanel({ camera }: { camera: string }) {
  const t = texts.analytics;
  const { data, error, refetch } = useAnalytics(camera);
  const [resuming, setResuming] = useState<string | null>(null);
  return (
    <Card title={t.title}>
      {data === undefined ? (
        error === null ? (
          <Skeleton height={120} />
        ) : (
          <ErrorPanel error={error} title={t.failed} onRetry={() => void refetch()} />
        )
      ) : data.analytics.length === 0 ? (
        <div>
          <div>{t.none}</div>
          <p className={classes.words}>{t.noneStep}</p>
        </div>
      ) : (
        <>
          <ul className={classes.list}>
            {data.analytics.map((analytic) => (
              <Row
                key={`${analytic.kind} ${analytic.name}`}
                analytic={analytic}
                onResume={setResuming}
              />
            ))}
          </ul>
          {data.counts.length > 0 && (
            <table className={`${classes.counts} tabular`}>
              <caption>{t.counts}</caption>
              <thead>
                <tr>
                  <th scope="col" aria-label={texts.zones.name} />
                  <th scope="col">{t.countIn}</th>
                  <th scope="col">{t.countOut}</th>
                  <th scope="col">{t.countInside}</th>
                </tr>
              </thead>
              <tbody>
                {data.counts.map((count) => (
                  <tr key={count.name} data-count={count.name}>
                    <th scope="row">{count.name}</th>
                    <td>{count.in}</td>
                    <td>{count.out}</td>
                    <td>{count.inside}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
          <dl className={`${classes.facts} tabular`}>
            <dt>{t.model}</dt>
            <dd>{data.model === "embedded" ? t.embedded : <code>{data.model}</code>}</dd>
            <dt>{t.frames}</dt>
            <dd>{t.perSecond(data.frames_per_second.toFixed(1))}</dd>
            <dt>{t.looked}</dt>
            <dd>{t.perSecond(data.looked_per_second.toFixed(1))}</dd>
            <dt>{t.skipped}</dt>
            <dd>{data.skipped.toLocaleString("en-GB")}</dd>
            <dt>{t.restarts}</dt>
            <dd>{data.worker_restarts}</dd>
          </dl>
        </>
      )}
      <ResumeDialog camera={camera} rule={resuming} onClose={() => setResuming(null)} />
    </Card>
  );
}

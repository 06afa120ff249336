import { Button, Group, Progress, Stack } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useLedger } from "../../api/queries";
import type { Export } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { CopyText } from "../../components/CopyText";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";
import { bytes, dateTime } from "../../time/words";
import classes from "./exports.module.css";
import { bundleUrl, fileName } from "./bundle";

/** From the first percent to a file in hand and how to check it. */
export function ExportProgress({
  job,
  error,
  camera,
  zone,
  onClose,
}: {
  job: Export | undefined;
  error: unknown;
  camera: string;
  zone: string;
  onClose: () => void;
}) {
  const t = texts.exports;
  if (job === undefined) {
    return error === null ? <Progress value={0} animated /> : <ErrorPanel error={error} />;
  }
  const over = job.state === "failed" || job.state === "cancelled";
  return (
    <Stack gap="md" data-export-state={job.state} data-export-id={job.id}>
      <p className={classes.what}>
        {camera}, {dateTime(Date.parse(job.from), zone)}
      </p>
      {over ? (
        <p className={classes.problem} role="alert">
          {t[job.state as "failed" | "cancelled"]}
          {job.error !== null && job.error !== "" && `: ${job.error}`}
        </p>
      ) : (
        <div aria-live="polite">
          <Progress
            value={job.percent}
            size="lg"
            animated={job.state !== "done"}
            aria-label={t.running}
            color="teal"
          />
          <p className={`${classes.progressText} tabular`}>
            {job.state === "done"
              ? `${t.done}, ${bytes(job.bytes)}`
              : job.state === "queued"
                ? t.queued
                : `${t.running}, ${job.percent} %`}
          </p>
        </div>
      )}
      {job.state === "done" && (
        <>
          <Button
            component="a"
            href={bundleUrl(job.id)}
            download={fileName(job)}
            leftSection={<IconDownload size={17} aria-hidden />}
          >
            {t.download}
          </Button>
          <HowToVerify job={job} />
        </>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {texts.actions.close}
        </Button>
      </Group>
    </Stack>
  );
}

export function HowToVerify({ job }: { job: Export }) {
  const t = texts.exports;
  const user = useUser();
  const ledger = useLedger(may(user, "ledger"));
  return (
    <section className={classes.verify}>
      <h3>{t.verifyTitle}</h3>
      <p>{t.verify}</p>
      <CopyText value={`proviso-verify ${fileName(job)}`} label={t.verifyTitle} />
      <p>{t.verifyEnd}</p>
      {ledger.data !== undefined && (
        <>
          <p>{t.keyTitle}</p>
          <CopyText
            value={`proviso-verify --key '${ledger.data.verifier_key}' ${fileName(job)}`}
            label={texts.ledger.verifierKey}
          />
        </>
      )}
    </section>
  );
}

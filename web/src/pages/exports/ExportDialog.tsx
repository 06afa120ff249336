import { Button, Checkbox, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api, take } from "../../api/client";
import { useExport } from "../../api/queries";
import type { Camera, NewExport, StreamKind } from "../../api/types";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";
import { recordedWithin, type Span } from "../../timeline/layout";
import { dateTime, duration } from "../../time/words";
import { kHour } from "../../time/zone";
import { countries } from "./countries";
import { ExportProgress } from "./ExportProgress";
import classes from "./exports.module.css";

const kLongest = 6 * kHour;

export function ExportDialog({
  opened,
  onClose,
  camera,
  stream,
  range,
  spans,
  zone,
  mayClear,
}: {
  opened: boolean;
  onClose: () => void;
  camera: Camera;
  stream: StreamKind;
  range: Span;
  spans: Span[];
  zone: string;
  /** A lift runs by which clear clips may be taken out. */
  mayClear: boolean;
}) {
  const t = texts.exports;
  const client = useQueryClient();
  const [purpose, setPurpose] = useState<string | null>(null);
  const [reason, setReason] = useState("");
  const [country, setCountry] = useState("");
  const [clear, setClear] = useState(false);
  const [started, setStarted] = useState<string | null>(null);
  const job = useExport(started);
  const recipients = useMemo(() => [{ value: "", label: t.stays }, ...countries()], [t.stays]);
  const recorded = recordedWithin(spans, range);
  const length = range.to - range.from;

  const start = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/exports", {
          body: {
            camera: camera.name,
            stream,
            from: new Date(range.from).toISOString(),
            to: new Date(range.to).toISOString(),
            purpose_code: purpose as NewExport["purpose_code"],
            reason: reason.trim(),
            ...(country === "" ? {} : { recipient_country: country }),
            ...(mayClear && clear ? { clear } : {}),
          },
        }),
      ),
    onSuccess: (made) => {
      client.setQueryData(["exports", made.id], made);
      void client.invalidateQueries({ queryKey: ["exports"] });
      setStarted(made.id);
    },
  });

  function close() {
    onClose();
    if (started !== null) {
      setStarted(null);
      start.reset();
      setReason("");
    }
  }

  const problem = recorded <= 0 ? t.nothingInside : length > kLongest ? t.tooLong : null;
  const trimmed = reason.trim().length;
  const ready = problem === null && purpose !== null && trimmed >= 3 && trimmed <= 500;

  return (
    <Modal opened={opened} onClose={close} title={t.dialog} size="lg">
      {started !== null ? (
        <ExportProgress
          job={job.data}
          error={job.error}
          camera={camera.title}
          zone={zone}
          onClose={close}
        />
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) start.mutate();
          }}
        >
          <Stack gap="md">
            <dl className={classes.summary}>
              <dt>{t.camera}</dt>
              <dd>{camera.title}</dd>
              <dt>{t.range}</dt>
              <dd className="tabular">
                {dateTime(range.from, zone)} – {dateTime(range.to, zone)}
              </dd>
              <dt>{t.length}</dt>
              <dd className="tabular">
                {duration(length)}
                {recorded < length - 1000 && recorded > 0 && (
                  <span className="muted">, {t.recordedShare(duration(recorded))}</span>
                )}
              </dd>
            </dl>
            {problem !== null && (
              <p className={classes.problem} role="alert">
                {problem}
              </p>
            )}
            <Select
              label={t.purpose}
              placeholder={t.purposePlaceholder}
              data={Object.entries(texts.purposeCodes).map(([value, label]) => ({ value, label }))}
              value={purpose}
              onChange={setPurpose}
              searchable
              required
              withAsterisk={false}
              data-autofocus
            />
            <Textarea
              label={t.reason}
              description={t.reasonHint}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              minLength={3}
              maxLength={500}
              autosize
              minRows={2}
              required
              withAsterisk={false}
            />
            <Select
              label={t.recipient}
              description={t.recipientHint}
              data={recipients}
              value={country}
              onChange={(value) => setCountry(value ?? "")}
              searchable
              allowDeselect={false}
            />
            {mayClear ? (
              <Checkbox
                label={texts.lifts.clearExport}
                description={texts.lifts.clearExportHint}
                checked={clear}
                onChange={(event) => setClear(event.currentTarget.checked)}
              />
            ) : (
              <p className="muted">{texts.lifts.maskedExport}</p>
            )}
            {start.error !== null && <ErrorPanel error={start.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {texts.actions.cancel}
              </Button>
              <Button type="submit" loading={start.isPending} disabled={!ready}>
                {t.start}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

import { Button, Checkbox, Group, Modal, Select, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconAlertTriangle } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import { api, take } from "../api/client";
import { type Approval, type NewLift, useApprovals, useLifts } from "../api/lifts";
import { texts } from "../texts";
import { clockTime } from "../time/words";
import { knownZone } from "../time/zone";
import { ErrorPanel } from "./ErrorPanel";
import classes from "./lifts.module.css";

const lengths = [1, 5, 10, 20, 30, 60, 120, 240, 480];

/** What was agreed to, in the words it was asked in. */
export function bodyOf(approval: Approval): NewLift {
  return { ...approval.request, cameras: approval.cameras, approval: approval.id };
}

export function useBegin(then: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: NewLift) => take(api.POST("/api/lifts", { body })),
    onSuccess: (answer) => {
      void client.invalidateQueries({ queryKey: ["lifts"] });
      void client.invalidateQueries({ queryKey: ["approvals"] });
      if (answer.lift !== null) then();
    },
  });
}

/** Asks why and for how long, says who must agree, waits for them, and begins. */
export function LiftDialog({
  opened,
  onClose,
  camera,
  title,
}: {
  opened: boolean;
  onClose: () => void;
  camera: string;
  title: string;
}) {
  const t = texts.lifts;
  const { data } = useLifts();
  const approvals = useApprovals();
  const rules = data?.rules;
  const [reason, setReason] = useState("");
  const [minutes, setMinutes] = useState(10);
  const [exports, setExports] = useState(false);
  const [glass, setGlass] = useState(false);
  const begin = useBegin(close);

  function close() {
    begin.reset();
    setReason("");
    setExports(false);
    setGlass(false);
    onClose();
  }

  const trimmed = reason.trim();
  const ready = trimmed.length >= 3 && trimmed.length <= 500 && rules !== undefined;
  const second =
    !glass &&
    (rules?.second_person === "always" || (rules?.second_person === "exports" && exports));
  const asked = begin.data?.approval;
  const state = approvals.data?.find((one) => one.id === asked?.id) ?? asked;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (!ready) return;
    begin.mutate({
      cameras: [camera],
      minutes,
      reason: trimmed,
      ...(glass ? { break_glass: true } : { exports }),
    });
  }

  return (
    <Modal opened={opened} onClose={close} title={`${t.dialog}: ${title}`}>
      {state != null ? (
        <Stack gap="md" data-approval={state.state}>
          {state.state === "waiting" ? (
            <p className={classes.words} role="status">
              {t.asked} {t.askedUntil(clockTime(Date.parse(state.expires), knownZone(null)))}
            </p>
          ) : state.state === "approved" ? (
            <p className={classes.words} role="status">
              {t.agreedBy(state.decided_by?.login ?? "")}
            </p>
          ) : (
            <p className={classes.words} role="status">
              {t.states[state.state]}
            </p>
          )}
          {begin.error !== null && <ErrorPanel error={begin.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {texts.actions.close}
            </Button>
            {state.state === "approved" && (
              <Button
                loading={begin.isPending}
                onClick={() => begin.mutate(bodyOf(state))}
                data-autofocus
              >
                {t.begin}
              </Button>
            )}
          </Group>
        </Stack>
      ) : (
        <form onSubmit={submit}>
          <Stack gap="md">
            <Textarea
              label={t.reason}
              description={t.reasonHint}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              maxLength={500}
              autosize
              minRows={2}
              required
              withAsterisk={false}
              data-autofocus
            />
            <Select
              label={t.minutes}
              data={lengths
                .filter((n) => n <= (rules?.longest_minutes ?? 10))
                .map((n) => ({ value: String(n), label: t.minutesOf(n) }))}
              value={String(minutes)}
              onChange={(value) => setMinutes(Number(value))}
              allowDeselect={false}
            />
            {!glass && (
              <Checkbox
                label={t.exports}
                checked={exports}
                onChange={(event) => setExports(event.currentTarget.checked)}
              />
            )}
            {rules?.break_glass === true && (second || glass) && (
              <Checkbox
                label={t.glass}
                color="red"
                checked={glass}
                onChange={(event) => setGlass(event.currentTarget.checked)}
              />
            )}
            {glass ? (
              <p className={classes.warning} role="alert">
                <IconAlertTriangle size={18} aria-hidden />
                {t.glassWarning(rules?.told ?? 0)}
              </p>
            ) : (
              <p className={classes.words}>{second ? t.another : t.nobody}</p>
            )}
            {begin.error !== null && <ErrorPanel error={begin.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {texts.actions.cancel}
              </Button>
              <Button
                type="submit"
                loading={begin.isPending}
                disabled={!ready}
                {...(glass ? { color: "red" } : {})}
              >
                {glass ? t.glassDo : second ? t.ask : t.begin}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Modal>
  );
}

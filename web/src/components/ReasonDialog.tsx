import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { texts } from "../texts";
import { ErrorPanel } from "./ErrorPanel";

/** Asks why before something is done that goes on record with its reason. */
export function ReasonDialog({
  opened,
  title,
  text,
  action,
  danger,
  busy,
  error,
  onClose,
  onDo,
}: {
  opened: boolean;
  title: string;
  text: string;
  action: string;
  danger?: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onDo: (reason: string) => void;
}) {
  const [reason, setReason] = useState("");
  const trimmed = reason.trim();
  const ready = trimmed.length >= 3 && trimmed.length <= 500;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) onDo(trimmed);
  }

  return (
    <Modal opened={opened} onClose={onClose} title={title}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <div>{text}</div>
          <Textarea
            label={texts.documents.reason}
            description={texts.documents.reasonHint}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
            maxLength={500}
            autosize
            minRows={2}
            required
            withAsterisk={false}
            data-autofocus
          />
          {error !== null && error !== undefined && <ErrorPanel error={error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button
              type="submit"
              loading={busy}
              disabled={!ready}
              {...(danger === true ? { color: "red" } : {})}
            >
              {action}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

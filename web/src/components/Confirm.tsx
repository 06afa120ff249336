import { Button, Group, Modal, Stack } from "@mantine/core";
import { ErrorPanel } from "./ErrorPanel";
import { texts } from "../texts";

export function Confirm({
  title,
  text,
  action,
  danger,
  busy,
  error,
  onClose,
  onDo,
}: {
  title: string;
  text: string;
  action: string;
  danger: boolean;
  busy: boolean;
  error: unknown;
  onClose: () => void;
  onDo: () => void;
}) {
  return (
    <Modal opened onClose={onClose} title={title}>
      <Stack gap="md">
        <div>{text}</div>
        {error !== null && error !== undefined && <ErrorPanel error={error} />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            {texts.actions.cancel}
          </Button>
          <Button onClick={onDo} loading={busy} {...(danger ? { color: "red" } : {})}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

import { Button, Group, Modal, Stack } from "@mantine/core";
import { useEffect } from "react";
import { useBlocker } from "react-router-dom";
import { texts } from "../../texts";

/** Asks before what is not saved is left behind: by a link, the keyboard, Back, or closing. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const t = texts.zones;
  const blocker = useBlocker(
    ({ currentLocation, nextLocation }) =>
      dirty && currentLocation.pathname !== nextLocation.pathname,
  );
  useEffect(() => {
    if (!dirty) return;
    const onLeave = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", onLeave);
    return () => window.removeEventListener("beforeunload", onLeave);
  }, [dirty]);
  return (
    <Modal
      opened={blocker.state === "blocked"}
      onClose={() => blocker.reset?.()}
      title={t.leaveTitle}
    >
      <Stack gap="md">
        <div>{t.leaveText}</div>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => blocker.reset?.()} data-autofocus>
            {t.stay}
          </Button>
          <Button color="red" onClick={() => blocker.proceed?.()}>
            {t.leave}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

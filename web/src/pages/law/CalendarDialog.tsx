import { Button, Group, Modal, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client";
import { useCalendarLink } from "../../api/queries";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { CopyText } from "../../components/CopyText";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";

/** The secret address for calendar programs: made, told once, ended. */
export function CalendarDialog({ onClose }: { onClose: () => void }) {
  const t = texts.calendar;
  const user = useUser();
  const client = useQueryClient();
  const link = useCalendarLink();
  const [address, setAddress] = useState<string | null>(null);
  const refresh = () => void client.invalidateQueries({ queryKey: ["law", "calendar"] });
  const making = useMutation({
    mutationFn: () => take(api.POST("/api/law/calendar-link")),
    onSuccess: (made) => {
      setAddress(window.location.origin + made.address);
      refresh();
    },
  });
  const ending = useMutation({
    mutationFn: () => take(api.DELETE("/api/law/calendar-link")),
    onSuccess: () => {
      setAddress(null);
      refresh();
    },
  });
  const made = link.data?.made ?? null;
  const error = link.error ?? making.error ?? ending.error;
  return (
    <Modal opened onClose={onClose} title={t.title} size="lg">
      <Stack gap="md">
        <div>{t.text}</div>
        <div>{made === null ? t.none : t.made(dateWords(Date.parse(made), "UTC"))}</div>
        {address !== null && (
          <div data-calendar-link>
            {t.once}
            <CopyText value={address} label={t.title} />
          </div>
        )}
        {error !== null && <ErrorPanel error={error} />}
        <Group justify="flex-end">
          {made !== null && may(user, "apply") && (
            <Button
              variant="default"
              color="red"
              loading={ending.isPending}
              onClick={() => ending.mutate()}
            >
              {t.end}
            </Button>
          )}
          {may(user, "apply") && (
            <Button loading={making.isPending} onClick={() => making.mutate()}>
              {made === null ? t.make : t.renew}
            </Button>
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

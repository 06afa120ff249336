import { Button, Group, Modal, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client";
import type { Lift } from "../../api/lifts";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";

/** The look of somebody else at a break-glass lift. */
export function ReviewDialog({
  lift,
  opened,
  onClose,
}: {
  lift: Lift;
  opened: boolean;
  onClose: () => void;
}) {
  const t = texts.lifts;
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const ready = note.trim().length >= 3;
  const review = useMutation({
    mutationFn: (finding: "justified" | "unjustified") =>
      take(
        api.POST("/api/lifts/{id}/review", {
          params: { path: { id: lift.id } },
          body: { finding, note: note.trim() },
        }),
      ),
    onSuccess: () => {
      void client.invalidateQueries({ queryKey: ["lifts"] });
      onClose();
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={t.review}>
      <Stack gap="md">
        <blockquote style={{ margin: 0 }}>{lift.reason}</blockquote>
        <Textarea
          label={t.reviewNote}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
          maxLength={500}
          autosize
          minRows={2}
          data-autofocus
        />
        {review.error !== null && <ErrorPanel error={review.error} />}
        <Group justify="flex-end">
          <Button
            variant="default"
            color="red"
            disabled={!ready || review.isPending}
            onClick={() => review.mutate("unjustified")}
          >
            {t.unjustified}
          </Button>
          <Button
            disabled={!ready}
            loading={review.isPending}
            onClick={() => review.mutate("justified")}
          >
            {t.justified}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

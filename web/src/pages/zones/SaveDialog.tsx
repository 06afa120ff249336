import { Button, Group, Loader, Modal, Stack, Textarea } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client";
import { Diff } from "../../components/Diff";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { type Scene, sameScene, writeScene } from "./document";
import { cameraText } from "./use-camera-text";

/**
 * Shows what would change in the camera's document, checked by the server, asks why, applies.
 * The document is read again first: what somebody else changed meanwhile is never overwritten.
 */
export function SaveDialog({
  camera,
  title,
  loaded,
  scene,
  onClose,
  onSaved,
  onReload,
}: {
  camera: string;
  title: string;
  /** The document that the drawing began from. */
  loaded: string;
  scene: Scene;
  onClose: () => void;
  onSaved: () => void;
  onReload: () => void;
}) {
  const t = texts.zones;
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const trimmed = reason.trim();

  const apply = (text: string, query: { dry_run: true } | { reason: string }) =>
    take(
      api.POST("/api/documents/apply", {
        params: { query },
        body: text,
        bodySerializer: (body) => body,
        headers: { "Content-Type": "application/yaml" },
      }),
    );

  const check = useQuery({
    queryKey: ["zones-check", camera, JSON.stringify(scene)],
    queryFn: async () => {
      const present = await cameraText(camera);
      if (!sameScene(present, loaded)) return { present, next: null };
      const next = writeScene(present, scene);
      await apply(next, { dry_run: true });
      return { present, next };
    },
    staleTime: 0,
    gcTime: 0,
    refetchOnWindowFocus: false,
    retry: false,
  });

  const save = useMutation({
    mutationFn: async () => {
      const present = await cameraText(camera);
      if (!sameScene(present, loaded)) {
        await check.refetch();
        return null;
      }
      const next = writeScene(present, scene);
      await apply(next, { reason: trimmed });
      return next;
    },
    onSuccess: (next) => {
      if (next === null) return;
      toast(t.saved);
      for (const key of ["documents", "cameras", "matrix", "analytics"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      onSaved();
    },
  });

  const error = save.error ?? check.error;
  const conflict = check.data?.next === null;
  return (
    <Modal opened onClose={onClose} title={t.saveTitle(title)} size="xl">
      <Stack gap="md">
        {check.isPending ? (
          <Group justify="center" p="lg">
            <Loader size="sm" aria-label={texts.documents.checking} />
          </Group>
        ) : error !== null ? (
          <ErrorPanel error={error} title={texts.documents.problem} />
        ) : conflict ? (
          <Notice title={t.conflictTitle} text={t.conflict}>
            <Button onClick={onReload}>{t.reload}</Button>
          </Notice>
        ) : (
          check.data?.next != null && (
            <>
              <div>{t.saveText}</div>
              <Diff before={check.data.present} after={check.data.next} />
              <Textarea
                label={texts.documents.reason}
                description={texts.documents.reasonHint}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                maxLength={500}
                autosize
                minRows={2}
                data-autofocus
              />
            </>
          )
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {texts.actions.cancel}
          </Button>
          {error !== null ? (
            <Button
              variant="default"
              onClick={() => {
                save.reset();
                void check.refetch();
              }}
            >
              {texts.actions.retry}
            </Button>
          ) : (
            !conflict && (
              <Button
                loading={save.isPending}
                disabled={check.data?.next == null || trimmed.length < 3 || trimmed.length > 500}
                onClick={() => save.mutate()}
              >
                {t.save}
              </Button>
            )
          )}
        </Group>
      </Stack>
    </Modal>
  );
}

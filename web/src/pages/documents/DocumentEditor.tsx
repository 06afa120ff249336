import { Button, Group, Stack, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconChecks } from "@tabler/icons-react";
import { useState } from "react";
import { api, take } from "../../api/client";
import { asApiError, lineOf } from "../../api/errors";
import type { Change, Changes } from "../../api/types";
import { Diff } from "../../components/Diff";
import { ErrorPanel } from "../../components/ErrorPanel";
import { toast } from "../../components/toast";
import { YamlEditor } from "../../components/YamlText";
import { texts } from "../../texts";
import classes from "./documents.module.css";

/** Edit, check what would change, say why, apply. Nothing changes before the last step. */
export function DocumentEditor({
  original,
  initial,
  label,
  onDone,
  onCancel,
}: {
  /** As on record now; empty for a new document. */
  original: string;
  initial: string;
  label: string;
  onDone: (changes: Change[]) => void;
  onCancel: () => void;
}) {
  const t = texts.documents;
  const client = useQueryClient();
  const [text, setText] = useState(initial);
  const [checked, setChecked] = useState<{ text: string; result: Changes } | null>(null);
  const [reason, setReason] = useState("");

  const send = (dry_run: boolean) =>
    take(
      api.POST("/api/documents/apply", {
        params: { query: dry_run ? { dry_run } : { reason: reason.trim() } },
        body: text,
        bodySerializer: (body) => body,
        headers: { "Content-Type": "application/yaml" },
      }),
    );

  const check = useMutation({
    mutationFn: () => send(true),
    onSuccess: (result) => setChecked({ text, result }),
    onError: () => setChecked(null),
  });
  const apply = useMutation({
    mutationFn: () => send(false),
    onSuccess: ({ changes }) => {
      const count = changes.filter((change) => change.what !== "unchanged").length;
      toast(t.appliedWhat(count));
      void client.invalidateQueries({ queryKey: ["documents"] });
      void client.invalidateQueries({ queryKey: ["matrix"] });
      void client.invalidateQueries({ queryKey: ["cameras"] });
      onDone(changes);
    },
  });

  const error = apply.error ?? check.error;
  const current = checked !== null && checked.text === text ? checked.result : null;
  const changes = current?.changes.filter((change) => change.what !== "unchanged") ?? [];
  const trimmed = reason.trim().length;

  return (
    <Stack gap="md">
      <YamlEditor
        value={text}
        onChange={(next) => {
          setText(next);
          check.reset();
          apply.reset();
        }}
        label={label}
        marked={error === null ? null : lineOf(asApiError(error).message)}
      />
      {error !== null && <ErrorPanel error={error} title={t.problem} />}
      {current !== null && error === null && (
        <section className={classes.checked} aria-live="polite">
          <p>{changes.length === 0 ? t.unchanged : t.checked}</p>
          {changes.length > 0 && (
            <>
              <ul>
                {changes.map((change) => (
                  <li key={`${change.kind} ${change.name}`}>
                    {t.kind[change.kind]} <code>{change.name}</code> {t.what[change.what]}
                  </li>
                ))}
              </ul>
              <Diff before={original} after={text} />
              <Textarea
                label={t.reason}
                description={t.reasonHint}
                placeholder={t.reasonPlaceholder}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
                maxLength={500}
                autosize
                minRows={1}
              />
            </>
          )}
        </section>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={onCancel}>
          {texts.actions.cancel}
        </Button>
        {changes.length > 0 && error === null ? (
          <Button
            onClick={() => apply.mutate()}
            loading={apply.isPending}
            disabled={trimmed < 3 || trimmed > 500}
          >
            {t.apply}
          </Button>
        ) : (
          <Button
            onClick={() => check.mutate()}
            loading={check.isPending}
            leftSection={<IconChecks size={17} aria-hidden />}
          >
            {t.check}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

import { Button, Group, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, take } from "../../api/client";
import { useCameras, useSites } from "../../api/queries";
import type { Gallery } from "../../api/faces";
import { ErrorPanel } from "../../components/ErrorPanel";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { addDays, dayOf } from "../../time/zone";
import { consentKindFor, consentKinds, consentYaml, newToken } from "./consents";
import classes from "./faces.module.css";

/** One person's consent as a record under a pseudonym, made where it is needed. */
export function NewConsentForm({
  gallery,
  onCancel,
  onDone,
}: {
  gallery: Gallery;
  onCancel: () => void;
  onDone: (name: string) => void;
}) {
  const t = texts.faces;
  const client = useQueryClient();
  const cameras = useCameras();
  const sites = useSites();
  const today = dayOf(Date.now(), "UTC");
  const home = cameras.data?.find((c) => gallery.cameras.includes(c.name))?.site;
  const [chosenSite, setSite] = useState<string | null>(null);
  const [chosenKind, setKind] = useState<string | null>(null);
  const [until, setUntil] = useState(addDays(today, 365));
  const [text, setText] = useState("");
  const site = chosenSite ?? home ?? sites.data?.[0]?.name ?? "";
  const record =
    chosenKind ?? consentKindFor(sites.data?.find((s) => s.name === site)?.jurisdictions ?? []);

  const save = useMutation({
    mutationFn: async () => {
      const { name, yaml } = consentYaml({ record, site, until, text }, today, newToken());
      await take(
        api.POST("/api/documents/apply", {
          params: { query: { reason: t.consentReason(gallery.id) } },
          body: yaml,
          bodySerializer: (body) => body,
          headers: { "Content-Type": "application/yaml" },
        }),
      );
      await client.refetchQueries({ queryKey: ["documents"] });
      return name;
    },
    onSuccess: (name) => {
      toast(t.consentSaved);
      onDone(name);
    },
  });

  return (
    <div className={classes.newConsent}>
      <Select
        label={t.consentKind}
        data={consentKinds.map((value) => ({ value, label: texts.record(value) }))}
        value={record}
        onChange={setKind}
        allowDeselect={false}
        size="xs"
      />
      <Select
        label={t.consentSite}
        data={(sites.data ?? []).map((s) => ({ value: s.name, label: s.title || s.name }))}
        value={site}
        onChange={setSite}
        allowDeselect={false}
        size="xs"
      />
      <TextInput
        type="date"
        label={t.consentUntil}
        value={until}
        min={addDays(today, 1)}
        onChange={(event) => setUntil(event.currentTarget.value)}
        size="xs"
      />
      <Textarea
        className={classes.wide}
        label={t.consentText}
        description={t.consentTextHint}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={1}
        size="xs"
      />
      {save.error !== null && (
        <div className={classes.wide}>
          <ErrorPanel error={save.error} />
        </div>
      )}
      <Group className={classes.wide} justify="flex-end" gap={6}>
        <Button size="xs" variant="default" onClick={onCancel}>
          {texts.actions.cancel}
        </Button>
        <Button
          size="xs"
          loading={save.isPending}
          disabled={text.trim().length < 3 || until <= today || site === ""}
          onClick={() => save.mutate()}
        >
          {t.consentSave}
        </Button>
      </Group>
    </div>
  );
}

import { Button, Group, NumberInput, PasswordInput, Select, TextInput } from "@mantine/core";
import { type FormEvent, useState } from "react";
import { plain, texts } from "../../texts";
import classes from "./documents.module.css";
import type { DocumentText } from "./split";
import { type CameraForm, cameraYaml, hasCredentials, spaceKinds } from "./templates";

const kOrder: ("label" | "input" | "description" | "error")[] = [
  "label",
  "input",
  "description",
  "error",
];
const kName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** The few things a camera needs, as a form that ends in the same YAML everybody else writes. */
export function CameraFormPanel({
  documents,
  onYaml,
  onCancel,
}: {
  documents: DocumentText[];
  onYaml: (yaml: string) => void;
  onCancel: () => void;
}) {
  const t = texts.documents;
  const of = (kind: string) =>
    documents
      .filter((d) => d.kind === kind)
      .map((d) => ({
        value: d.name,
        label: d.title === d.name ? d.name : `${d.title} (${d.name})`,
      }));
  const sites = of("site");
  const purposes = of("purpose");
  const [form, setForm] = useState<CameraForm>({
    name: "",
    title: "",
    site: sites[0]?.value ?? "",
    purpose: purposes[0]?.value ?? "",
    main: "",
    sub: "",
    user: "",
    password: "",
    days: null,
    space: "",
    audio: "unknown",
  });
  const put = <K extends keyof CameraForm>(key: K, value: CameraForm[K]) =>
    setForm((before) => ({ ...before, [key]: value }));
  const taken = documents.some((d) => d.kind === "camera" && d.name === form.name);
  const goodName = kName.test(form.name) && !taken;
  const credentials = hasCredentials(form.main) || hasCredentials(form.sub);
  const ready =
    goodName && form.site !== "" && form.purpose !== "" && form.main.trim() !== "" && !credentials;

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) onYaml(cameraYaml(form));
  }

  if (sites.length === 0 || purposes.length === 0) return <p className="muted">{t.formNeeds}</p>;
  return (
    <form onSubmit={submit} className={classes.form}>
      <TextInput
        label={t.formName}
        inputWrapperOrder={kOrder}
        description={t.formNameHint}
        value={form.name}
        onChange={(event) => put("name", event.currentTarget.value)}
        error={form.name !== "" && !goodName ? t.formNameHint : undefined}
        autoFocus
      />
      <TextInput
        label={t.formTitle}
        value={form.title}
        onChange={(event) => put("title", event.currentTarget.value)}
      />
      <Select
        label={t.formSite}
        data={sites}
        value={form.site}
        onChange={(value) => put("site", value ?? "")}
        allowDeselect={false}
        searchable
      />
      <Select
        label={t.formPurpose}
        data={purposes}
        value={form.purpose}
        onChange={(value) => put("purpose", value ?? "")}
        allowDeselect={false}
        searchable
      />
      <TextInput
        className={classes.wide}
        label={t.formMain}
        placeholder="rtsp://10.0.0.5/stream1"
        value={form.main}
        onChange={(event) => put("main", event.currentTarget.value)}
        error={hasCredentials(form.main) ? t.formCredentials : undefined}
        spellCheck={false}
      />
      <TextInput
        className={classes.wide}
        label={t.formSub}
        inputWrapperOrder={kOrder}
        description={t.formSubHint}
        placeholder="rtsp://10.0.0.5/stream2"
        value={form.sub}
        onChange={(event) => put("sub", event.currentTarget.value)}
        error={hasCredentials(form.sub) ? t.formCredentials : undefined}
        spellCheck={false}
      />
      <TextInput
        label={t.formUser}
        value={form.user}
        onChange={(event) => put("user", event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <PasswordInput
        label={t.formPassword}
        inputWrapperOrder={kOrder}
        description={t.formPasswordHint}
        value={form.password}
        onChange={(event) => put("password", event.currentTarget.value)}
        autoComplete="new-password"
      />
      <NumberInput
        label={t.formDays}
        description={t.formDaysHint}
        inputWrapperOrder={kOrder}
        value={form.days ?? ""}
        onChange={(value) => put("days", Number(value) || null)}
        min={1}
        max={3650}
        allowDecimal={false}
      />
      <Select
        label={t.formSpace}
        data={[
          { value: "", label: t.formUnknown },
          ...spaceKinds.map((kind) => ({ value: kind, label: plain(kind) })),
        ]}
        value={form.space}
        onChange={(value) => put("space", value ?? "")}
        allowDeselect={false}
      />
      <Select
        label={t.formAudio}
        data={[
          { value: "unknown", label: t.formUnknown },
          { value: "no", label: t.formNo },
          { value: "yes", label: t.formYes },
        ]}
        value={form.audio}
        onChange={(value) => put("audio", (value ?? "unknown") as CameraForm["audio"])}
        allowDeselect={false}
      />
      <Group justify="flex-end" className={classes.wide}>
        <Button variant="default" onClick={onCancel}>
          {texts.actions.cancel}
        </Button>
        <Button type="submit" disabled={!ready}>
          {t.toYaml}
        </Button>
      </Group>
    </form>
  );
}

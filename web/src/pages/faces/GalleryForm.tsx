import {
  Button,
  Group,
  Modal,
  MultiSelect,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { api, take } from "../../api/client";
import { useCameras, useUsers } from "../../api/queries";
import type { Gallery } from "../../api/faces";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { ErrorPanel } from "../../components/ErrorPanel";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { addDays, dayOf, localZone } from "../../time/zone";
import classes from "./faces.module.css";
import { ThresholdPicker } from "./ThresholdPicker";

const kName = /^[a-z0-9][a-z0-9_-]{0,62}$/;

/** A gallery with everything that makes it answerable: kind, reason, approver, end, review, threshold. */
export function GalleryForm({
  gallery,
  taken,
  onClose,
  onSaved,
}: {
  gallery: Gallery | null;
  taken: string[];
  onClose: () => void;
  onSaved: (id: string) => void;
}) {
  const t = texts.faces;
  const user = useUser();
  const client = useQueryClient();
  const cameras = useCameras();
  const users = useUsers(may(user, "users"));
  const today = dayOf(Date.now(), localZone());
  const [id, setId] = useState(gallery?.id ?? "");
  const [form, setForm] = useState({
    kind: gallery?.kind ?? ("consenting" as Gallery["kind"]),
    threshold: gallery?.threshold ?? 0.5,
    reason: gallery?.reason ?? "",
    cameras: gallery?.cameras ?? [],
    approver: gallery?.approver ?? "",
    expires: gallery?.expires ?? (gallery === null ? addDays(today, 364) : ""),
    review: gallery?.review ?? (gallery === null ? addDays(today, 90) : ""),
  });
  const put = (change: Partial<typeof form>) => setForm((before) => ({ ...before, ...change }));

  const save = useMutation({
    mutationFn: () =>
      take(
        api.PUT("/api/galleries/{id}", {
          params: { path: { id } },
          body: {
            kind: form.kind,
            threshold: form.threshold,
            cameras: form.cameras,
            reason: form.reason.trim(),
            ...(form.approver === "" ? {} : { approver: form.approver }),
            ...(form.expires === "" ? {} : { expires: form.expires }),
            ...(form.review === "" ? {} : { review: form.review }),
            ...(gallery === null ? {} : { floor: gallery.floor }),
          },
        }),
      ),
    onSuccess: () => {
      toast(t.saved(id));
      for (const key of ["galleries", "figures", "matrix"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
      onSaved(id);
    },
  });

  const badName = id !== "" && (!kName.test(id) || (gallery === null && taken.includes(id)));
  const badReview = form.review !== "" && form.expires !== "" && form.review >= form.expires;
  const watchList = form.kind === "watch_list";
  const past = (day: string, before: string | null | undefined) =>
    day !== "" && day < today && day !== before;
  const trimmed = form.reason.trim();
  const ready =
    id !== "" &&
    !badName &&
    trimmed.length >= 3 &&
    trimmed.length <= 500 &&
    form.cameras.length > 0 &&
    (!watchList || (form.approver !== "" && form.expires !== "" && form.review !== "")) &&
    !badReview &&
    !past(form.expires, gallery?.expires) &&
    !past(form.review, gallery?.review);

  const people = [
    { value: "", label: t.approverNone },
    ...(watchList ? [] : [{ value: user.id, label: t.approverMe(user.login) }]),
    ...(users.data ?? [])
      .filter((u) => u.id !== user.id && !u.disabled && may(u, "gallery"))
      .map((u) => ({ value: u.id, label: `${u.login} (${texts.roles[u.role]})` })),
  ];
  if (!people.some((each) => each.value === form.approver)) {
    people.push({ value: form.approver, label: form.approver });
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) save.mutate();
  }

  return (
    <Modal
      opened
      onClose={onClose}
      title={gallery === null ? t.add : `${t.edit}: ${gallery.id}`}
      size="xl"
    >
      <form onSubmit={submit}>
        <Stack gap="md">
          <div className={classes.form}>
            <TextInput
              label={t.id}
              description={t.idHint}
              inputWrapperOrder={["label", "input", "description", "error"]}
              value={id}
              onChange={(event) => setId(event.currentTarget.value)}
              disabled={gallery !== null}
              error={badName}
              maxLength={63}
              spellCheck={false}
              data-autofocus
            />
            <Select
              label={t.kind}
              description={t.kindHint[form.kind]}
              inputWrapperOrder={["label", "input", "description", "error"]}
              data={Object.entries(t.kinds).map(([value, label]) => ({ value, label }))}
              value={form.kind}
              onChange={(value) => put({ kind: value as Gallery["kind"] })}
              allowDeselect={false}
              disabled={gallery !== null}
            />
            <Textarea
              className={classes.wide}
              label={t.reason}
              description={t.reasonHint}
              inputWrapperOrder={["label", "input", "description", "error"]}
              value={form.reason}
              onChange={(event) => put({ reason: event.currentTarget.value })}
              maxLength={500}
              autosize
              minRows={2}
            />
            <MultiSelect
              className={classes.wide}
              label={t.cameras}
              description={t.camerasHint}
              inputWrapperOrder={["label", "input", "description", "error"]}
              data={(cameras.data ?? []).map((c) => ({ value: c.name, label: c.title || c.name }))}
              value={form.cameras}
              onChange={(value) => put({ cameras: value })}
              searchable
            />
            <Select
              label={t.approver}
              description={watchList ? t.approverOther : t.approverHint}
              inputWrapperOrder={["label", "input", "description", "error"]}
              data={people}
              value={form.approver}
              onChange={(value) => put({ approver: value ?? "" })}
              allowDeselect={false}
              searchable
            />
            <Group grow align="flex-start">
              <TextInput
                type="date"
                label={t.review}
                value={form.review}
                min={today}
                onChange={(event) => put({ review: event.currentTarget.value })}
                error={
                  past(form.review, gallery?.review)
                    ? t.datePast
                    : badReview
                      ? t.reviewOrder
                      : undefined
                }
              />
              <TextInput
                type="date"
                label={t.expires}
                value={form.expires}
                min={today}
                onChange={(event) => put({ expires: event.currentTarget.value })}
                error={past(form.expires, gallery?.expires) ? t.datePast : undefined}
              />
            </Group>
          </div>
          <section className={classes.part}>
            <h3>{t.threshold}</h3>
            <ThresholdPicker
              gallery={gallery?.id ?? ""}
              value={form.threshold}
              onChange={(threshold) => put({ threshold })}
            />
          </section>
          {save.error !== null && <ErrorPanel error={save.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!ready}>
              {texts.actions.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

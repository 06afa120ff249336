import {
  ActionIcon,
  Anchor,
  Button,
  Checkbox,
  FileButton,
  Group,
  Modal,
  Select,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconPhotoPlus, IconX } from "@tabler/icons-react";
import { type DragEvent, type FormEvent, useMemo, useState } from "react";
import { api, take } from "../../api/client";
import { ApiError } from "../../api/errors";
import { useDocuments } from "../../api/queries";
import type { Gallery } from "../../api/faces";
import { ErrorPanel } from "../../components/ErrorPanel";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { dayOf } from "../../time/zone";
import { splitDocuments } from "../documents/split";
import { consentsOf } from "./consents";
import classes from "./faces.module.css";
import { NewConsentForm } from "./NewConsentForm";
import { type Picture, readPictures, type Rejection } from "./pictures";

const rejectionWords = ({ name, why }: Rejection) =>
  why === "large"
    ? texts.faces.pictureTooLarge(name)
    : why === "not_jpeg"
      ? texts.faces.pictureNotJpeg(name)
      : texts.faces.tooMany;

/** Enrols one person: with a consent on record, or on a watch-list with a reason. */
export function EnrolDialog({ gallery, onClose }: { gallery: Gallery; onClose: () => void }) {
  const t = texts.faces;
  const client = useQueryClient();
  const documents = useDocuments();
  const [label, setLabel] = useState("");
  const [consent, setConsent] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const [reason, setReason] = useState("");
  const [alike, setAlike] = useState(false);
  const [pictures, setPictures] = useState<Picture[]>([]);
  const [rejected, setRejected] = useState<Rejection[]>([]);
  const watchList = gallery.kind === "watch_list";
  const consents = useMemo(
    () =>
      documents.data === undefined
        ? []
        : consentsOf(splitDocuments(documents.data), dayOf(Date.now(), "UTC")),
    [documents.data],
  );

  async function add(files: File[]) {
    const read = await readPictures(files, pictures.length);
    setPictures((before) => [...before, ...read.pictures]);
    setRejected(read.rejected);
  }

  const enrol = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/galleries/{id}/people", {
          params: { path: { id: gallery.id } },
          body: {
            label: label.trim(),
            pictures: pictures.map((p) => p.base64),
            despite_likeness: alike,
            ...(watchList || consent === null ? {} : { consent_record: consent }),
            ...(watchList ? { reason: reason.trim() } : {}),
          },
        }),
      ),
    onSuccess: () => {
      toast(t.enrolledToast(label.trim()));
      void client.invalidateQueries({ queryKey: ["people", gallery.id] });
      void client.invalidateQueries({ queryKey: ["galleries"] });
      onClose();
    },
  });

  const ready =
    label.trim() !== "" &&
    pictures.length > 0 &&
    (watchList ? reason.trim().length >= 3 : consent !== null);

  function submit(event: FormEvent) {
    event.preventDefault();
    if (ready) enrol.mutate();
  }

  return (
    <Modal opened onClose={onClose} title={t.enrolTitle(gallery.id)} size="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t.label}
            description={t.labelHint}
            inputWrapperOrder={["label", "input", "description", "error"]}
            value={label}
            onChange={(event) => setLabel(event.currentTarget.value)}
            maxLength={100}
            autoComplete="off"
            data-autofocus
          />
          {watchList ? (
            <Textarea
              label={t.enrolReason}
              value={reason}
              onChange={(event) => setReason(event.currentTarget.value)}
              maxLength={500}
              autosize
              minRows={2}
            />
          ) : (
            <div>
              <Select
                label={t.consent}
                description={
                  documents.data !== undefined && consents.length === 0
                    ? t.consentNone
                    : t.consentHint
                }
                inputWrapperOrder={["label", "input", "description", "error"]}
                data={consents}
                value={consent}
                onChange={setConsent}
                searchable
              />
              {adding ? (
                <NewConsentForm
                  gallery={gallery}
                  onCancel={() => setAdding(false)}
                  onDone={(name) => {
                    setAdding(false);
                    setConsent(name);
                  }}
                />
              ) : (
                <Anchor component="button" type="button" size="xs" onClick={() => setAdding(true)}>
                  {t.consentAdd}
                </Anchor>
              )}
            </div>
          )}
          <div
            className={classes.drop}
            onDragOver={(event: DragEvent) => event.preventDefault()}
            onDrop={(event: DragEvent) => {
              event.preventDefault();
              void add([...event.dataTransfer.files]);
            }}
          >
            <div className={classes.dropHead}>
              <FileButton onChange={(files) => void add(files)} accept="image/jpeg" multiple>
                {(props) => (
                  <Button
                    {...props}
                    variant="default"
                    leftSection={<IconPhotoPlus size={17} aria-hidden />}
                  >
                    {t.choosePictures}
                  </Button>
                )}
              </FileButton>
              <span className="muted">{t.dropPictures}</span>
            </div>
            <p className={classes.hint}>{t.picturesHint}</p>
            {pictures.length > 0 && (
              <ul className={classes.thumbs}>
                {pictures.map((picture, i) => (
                  <li key={`${picture.name} ${i}`}>
                    <img src={`data:image/jpeg;base64,${picture.base64}`} alt={picture.name} />
                    <ActionIcon
                      size={22}
                      variant="filled"
                      color="dark"
                      aria-label={t.removePicture(i + 1)}
                      onClick={() => setPictures(pictures.filter((_, j) => j !== i))}
                    >
                      <IconX size={13} />
                    </ActionIcon>
                  </li>
                ))}
              </ul>
            )}
            {rejected.map((each) => (
              <p key={each.name} className={classes.problem} role="alert">
                {rejectionWords(each)}
              </p>
            ))}
          </div>
          <p className={classes.hint}>{t.thrownAway}</p>
          {enrol.error !== null && <ErrorPanel error={enrol.error} />}
          {(alike || (enrol.error instanceof ApiError && enrol.error.kind === "conflict")) && (
            <Checkbox
              label={t.alike}
              checked={alike}
              onChange={(event) => setAlike(event.currentTarget.checked)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button type="submit" loading={enrol.isPending} disabled={!ready}>
              {t.enrol}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

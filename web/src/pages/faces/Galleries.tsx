import { Button, Group, Skeleton } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconFaceId, IconPencil, IconPlus, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router-dom";
import { api, take } from "../../api/client";
import { type Gallery, useGalleries } from "../../api/faces";
import { useCameraCompliance, useCameras } from "../../api/queries";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { answerOf, Badge, VerdictBadge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { CellDetails } from "../../components/CellDetails";
import { Confirm } from "../../components/Confirm";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import classes from "./faces.module.css";
import { GalleryForm } from "./GalleryForm";
import { People } from "./People";
import { Figures } from "./ThresholdPicker";

const tones = {
  open: "good",
  awaits_approval: "wait",
  review_due: "wait",
  expired: "idle",
  other_model: "bad",
} as const;
const dayWords = (day: string | null) =>
  day === null ? texts.faces.never : dateWords(Date.parse(`${day}T12:00:00Z`), "UTC");

function StateOf({ gallery }: { gallery: Gallery }) {
  return <Badge tone={tones[gallery.state]}>{texts.faces.states[gallery.state]}</Badge>;
}

/** What the law says of recognising faces at one camera of the gallery. */
function LawAt({ camera, title }: { camera: string; title: string }) {
  const compliance = useCameraCompliance(camera);
  if (compliance.data === undefined) {
    return compliance.error === null ? (
      <Skeleton height={60} />
    ) : (
      <ErrorPanel error={compliance.error} onRetry={() => void compliance.refetch()} />
    );
  }
  const cells = compliance.data.cells.filter((cell) =>
    ["face_verification", "face_identification"].includes(cell.capability),
  );
  return (
    <>
      {cells.map((cell) => (
        <details
          key={cell.capability}
          className={classes.lawCell}
          data-law={`${camera} ${cell.capability}`}
          open={cell.verdict === "refuse"}
        >
          <summary>
            <span>
              <Link to={`/cameras/${camera}`}>{title}</Link> · {texts.capability(cell.capability)}
            </span>
            <VerdictBadge answer={answerOf(cell)} />
          </summary>
          <CellDetails cell={cell} />
        </details>
      ))}
    </>
  );
}

function Detail({
  gallery,
  onEdit,
  onRemove,
}: {
  gallery: Gallery;
  onEdit: () => void;
  onRemove: () => void;
}) {
  const t = texts.faces;
  const user = useUser();
  const cameras = useCameras();
  const client = useQueryClient();
  const approve = useMutation({
    mutationFn: () =>
      take(api.POST("/api/galleries/{id}/approval", { params: { path: { id: gallery.id } } })),
    onSuccess: () => {
      toast(t.approved);
      void client.invalidateQueries({ queryKey: ["galleries"] });
    },
  });
  const titleOf = (name: string) => cameras.data?.find((c) => c.name === name)?.title || name;
  return (
    <div className={classes.column} data-gallery-detail={gallery.id} data-state={gallery.state}>
      <Card
        title={
          <span className={classes.detailTitle}>
            {gallery.id} <StateOf gallery={gallery} />
          </span>
        }
        actions={
          may(user, "gallery") && (
            <Group gap={6}>
              <Button
                size="xs"
                variant="default"
                leftSection={<IconPencil size={15} aria-hidden />}
                onClick={onEdit}
              >
                {t.edit}
              </Button>
              <Button
                size="xs"
                variant="light"
                color="red"
                leftSection={<IconTrash size={15} aria-hidden />}
                onClick={onRemove}
              >
                {t.remove}
              </Button>
            </Group>
          )
        }
      >
        {gallery.state !== "open" && (
          <p className={classes.stateWords}>{t.stateWords[gallery.state]}</p>
        )}
        <dl className={classes.facts}>
          <dt>{t.kind}</dt>
          <dd>
            {t.kinds[gallery.kind]}
            <div className={classes.sub}>{t.kindHint[gallery.kind]}</div>
          </dd>
          <dt>{t.reason}</dt>
          <dd>{gallery.reason}</dd>
          {gallery.approver !== null && (
            <>
              <dt>{t.approver}</dt>
              <dd>
                <code>{gallery.approver}</code>
                {gallery.approved_by === null && <span className="muted"> ({t.awaiting})</span>}
                {gallery.state === "awaits_approval" &&
                  gallery.approver === user.id &&
                  may(user, "gallery") && (
                    <Button
                      size="compact-xs"
                      ml="sm"
                      loading={approve.isPending}
                      onClick={() => approve.mutate()}
                    >
                      {t.approve}
                    </Button>
                  )}
              </dd>
            </>
          )}
          <dt>{t.review}</dt>
          <dd className="tabular">{dayWords(gallery.review)}</dd>
          <dt>{t.expires}</dt>
          <dd className="tabular">{dayWords(gallery.expires)}</dd>
          <dt>{t.cameras}</dt>
          <dd>
            {gallery.cameras.length === 0 ? t.noCameras : gallery.cameras.map(titleOf).join(", ")}
          </dd>
        </dl>
        {approve.error !== null && <ErrorPanel error={approve.error} />}
      </Card>
      <People key={gallery.id} gallery={gallery} />
      <Card title={`${t.figures}: ${gallery.threshold}`}>
        <Figures gallery={gallery.id} threshold={gallery.threshold} />
      </Card>
      {may(user, "matrix") && (
        <Card title={t.law}>
          {gallery.cameras.length === 0 ? (
            <p className={classes.plain}>{t.lawNone}</p>
          ) : (
            gallery.cameras.map((camera) => (
              <LawAt key={camera} camera={camera} title={titleOf(camera)} />
            ))
          )}
        </Card>
      )}
    </div>
  );
}

export function Galleries({
  chosen,
  onChoose,
}: {
  chosen: string | null;
  onChoose: (id: string | null) => void;
}) {
  const t = texts.faces;
  const user = useUser();
  const client = useQueryClient();
  const galleries = useGalleries();
  const [form, setForm] = useState<Gallery | "new" | null>(null);
  const [removing, setRemoving] = useState<Gallery | null>(null);

  const remove = useMutation({
    mutationFn: (id: string) =>
      take(api.DELETE("/api/galleries/{id}", { params: { path: { id } } })),
    onSuccess: (_, id) => {
      toast(t.removed(id));
      setRemoving(null);
      onChoose(null);
      for (const key of ["galleries", "matches", "people"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
  });

  const add = may(user, "gallery") && (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setForm("new")}>
      {t.add}
    </Button>
  );
  const all = galleries.data ?? [];
  const shown = all.find((g) => g.id === chosen) ?? all[0];

  return (
    <>
      {galleries.data === undefined ? (
        galleries.error === null ? (
          <Skeleton height={300} />
        ) : (
          <ErrorPanel error={galleries.error} onRetry={() => void galleries.refetch()} />
        )
      ) : shown === undefined ? (
        <Notice title={t.emptyTitle} text={t.empty} icon={<IconFaceId size={26} stroke={1.6} />}>
          {add}
        </Notice>
      ) : (
        <div className={classes.layout}>
          <nav className={classes.list} aria-label={t.galleries}>
            {all.map((gallery) => (
              <button
                key={gallery.id}
                type="button"
                className={classes.item}
                data-gallery={gallery.id}
                aria-current={gallery.id === shown.id}
                onClick={() => onChoose(gallery.id)}
              >
                <span className={classes.itemHead}>
                  <strong>{gallery.id}</strong>
                  <StateOf gallery={gallery} />
                </span>
                <span className={classes.sub}>
                  {t.kinds[gallery.kind]} · {t.peopleCount(gallery.people)}
                </span>
              </button>
            ))}
            {add}
          </nav>
          <Detail
            gallery={shown}
            onEdit={() => setForm(shown)}
            onRemove={() => setRemoving(shown)}
          />
        </div>
      )}
      {form !== null && (
        <GalleryForm
          gallery={form === "new" ? null : form}
          taken={all.map((g) => g.id)}
          onClose={() => setForm(null)}
          onSaved={(id) => {
            setForm(null);
            onChoose(id);
          }}
        />
      )}
      {removing !== null && (
        <Confirm
          title={t.removeTitle(removing.id)}
          text={t.removeText(removing.people)}
          action={t.remove}
          danger
          busy={remove.isPending}
          error={remove.error}
          onClose={() => {
            remove.reset();
            setRemoving(null);
          }}
          onDo={() => remove.mutate(removing.id)}
        />
      )}
    </>
  );
}

import { Anchor, Button, Group, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconEye, IconUserOff, IconUserPlus } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router-dom";
import { api, take } from "../../api/client";
import { type Gallery, type GalleryPerson, useGalleryPeople } from "../../api/faces";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { Confirm } from "../../components/Confirm";
import { ErrorPanel } from "../../components/ErrorPanel";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { toast, toastError } from "../../components/toast";
import { texts } from "../../texts";
import { dateTime } from "../../time/words";
import { addDays, dayOf, localZone } from "../../time/zone";
import { EnrolDialog } from "./EnrolDialog";
import classes from "./faces.module.css";

/** Who is enrolled; the names are read only when somebody asks, because that goes on record. */
export function People({ gallery }: { gallery: Gallery }) {
  const t = texts.faces;
  const user = useUser();
  const client = useQueryClient();
  const [shown, setShown] = useState(false);
  const [enrolling, setEnrolling] = useState(false);
  const [ending, setEnding] = useState<{ person: GalleryPerson; how: "erase" | "withdraw" } | null>(
    null,
  );
  const people = useGalleryPeople(gallery.id, shown);
  const mayChange = may(user, "gallery");

  const end = useMutation({
    mutationFn: async ({ person, how }: { person: GalleryPerson; how: "erase" | "withdraw" }) => {
      if (how === "withdraw" && person.consent_record !== "") {
        await take(
          api.POST("/api/records/{name}/withdraw", {
            params: { path: { name: person.consent_record } },
            body: { reason: t.withdrawnReason },
          }),
        );
        return;
      }
      await take(
        api.DELETE("/api/galleries/{id}/people/{person}", {
          params: { path: { id: gallery.id, person: person.id } },
        }),
      );
    },
    onSuccess: (_, { person, how }) => {
      toast((how === "withdraw" ? t.withdrawn : t.erased)(person.label));
      setEnding(null);
      const askAgain = () => {
        for (const key of ["people", "galleries", "matches", "documents", "matrix"]) {
          void client.invalidateQueries({ queryKey: [key] });
        }
      };
      askAgain();
      // What a withdrawal ends has a second to end.
      if (how === "withdraw") setTimeout(askAgain, 1200);
    },
  });

  const act = useMutation({
    mutationFn: async ({ person, what }: { person: GalleryPerson; what: "approve" | "review" }) => {
      const params = { path: { id: gallery.id, person: person.id } };
      if (what === "approve") {
        await take(api.POST("/api/galleries/{id}/people/{person}/approval", { params }));
        return;
      }
      // Watch-lists are looked at again within thirty days, the others within ninety.
      const days = gallery.kind === "watch_list" ? 30 : 90;
      const next = addDays(dayOf(Date.now(), "UTC"), days);
      await take(
        api.POST("/api/galleries/{id}/people/{person}/review", { params, body: { next } }),
      );
    },
    onSuccess: (_, { what }) => {
      toast(what === "approve" ? t.approved : t.reviewedToast);
      void client.invalidateQueries({ queryKey: ["people", gallery.id] });
    },
    onError: toastError,
  });

  return (
    <Card
      title={t.people}
      flush={shown && (people.data?.length ?? 0) > 0}
      actions={
        mayChange && (
          <Button
            size="xs"
            leftSection={<IconUserPlus size={15} aria-hidden />}
            onClick={() => setEnrolling(true)}
          >
            {t.enrol}
          </Button>
        )
      }
    >
      {!may(user, "gallery_people") ? (
        <p className={classes.plain}>{t.peopleCount(gallery.people)}</p>
      ) : !shown ? (
        <Group gap="sm">
          <Button
            variant="default"
            leftSection={<IconEye size={16} aria-hidden />}
            onClick={() => setShown(true)}
          >
            {t.showPeople}
          </Button>
          <span className="muted">
            {t.peopleCount(gallery.people)} · {t.showPeopleText}
          </span>
        </Group>
      ) : people.data === undefined ? (
        people.error === null ? (
          <RowsSkeleton rows={3} />
        ) : (
          <ErrorPanel error={people.error} onRetry={() => void people.refetch()} />
        )
      ) : people.data.length === 0 ? (
        <div>
          <strong>{t.noPeopleTitle}</strong>
          <p className={classes.hint}>{t.noPeople}</p>
        </div>
      ) : (
        <Table.ScrollContainer minWidth={640}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t.label}</Table.Th>
                <Table.Th>{gallery.kind === "watch_list" ? t.enrolReason : t.consent}</Table.Th>
                <Table.Th>{t.enrolled}</Table.Th>
                <Table.Th aria-label={texts.users.actions(gallery.id)} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {people.data.map((person) => (
                <Table.Tr key={person.id} data-person={person.id} data-label={person.label}>
                  <Table.Td>
                    <strong className={classes.name}>{person.label}</strong>
                    <div className={classes.sub}>
                      {t.picturesUsed(person.pictures)}
                      {person.expires !== null &&
                        ` · ${t.personUntil.toLowerCase()} ${person.expires}`}
                    </div>
                    {person.state !== "open" && (
                      <Badge tone={person.state === "damaged" ? "bad" : "wait"}>
                        {t.states[person.state]}
                      </Badge>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {person.consent_record !== "" ? (
                      <Anchor
                        component={Link}
                        to={`/documents/record/${person.consent_record}`}
                        size="sm"
                      >
                        {person.consent_record}
                      </Anchor>
                    ) : (
                      person.reason
                    )}
                  </Table.Td>
                  <Table.Td className="tabular">
                    {dateTime(Date.parse(person.enrolled), localZone())}
                  </Table.Td>
                  <Table.Td>
                    {mayChange && (
                      <Group gap={6} justify="flex-end" wrap="nowrap">
                        {person.state === "awaits_approval" && person.author !== user.id && (
                          <Button size="xs" onClick={() => act.mutate({ person, what: "approve" })}>
                            {t.approve}
                          </Button>
                        )}
                        {person.review !== null && (
                          <Button
                            size="xs"
                            variant="default"
                            onClick={() => act.mutate({ person, what: "review" })}
                          >
                            {t.reviewAgain}
                          </Button>
                        )}
                        {person.consent_record !== "" && (
                          <Button
                            size="xs"
                            variant="default"
                            onClick={() => setEnding({ person, how: "withdraw" })}
                          >
                            {t.withdraw}
                          </Button>
                        )}
                        <Button
                          size="xs"
                          variant="light"
                          color="red"
                          leftSection={<IconUserOff size={15} aria-hidden />}
                          onClick={() => setEnding({ person, how: "erase" })}
                        >
                          {t.erase}
                        </Button>
                      </Group>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
      {enrolling && (
        <EnrolDialog
          gallery={gallery}
          onClose={() => {
            setEnrolling(false);
            setShown(true);
          }}
        />
      )}
      {ending !== null && (
        <Confirm
          title={(ending.how === "withdraw" ? t.withdrawTitle : t.eraseTitle)(ending.person.label)}
          text={ending.how === "withdraw" ? t.withdrawText : t.eraseText}
          action={ending.how === "withdraw" ? t.withdraw : t.erase}
          danger
          busy={end.isPending}
          error={end.error}
          onClose={() => {
            end.reset();
            setEnding(null);
          }}
          onDo={() => end.mutate(ending)}
        />
      )}
    </Card>
  );
}

import { Anchor, Button, Group, SegmentedControl, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconCheck, IconUserSearch, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router-dom";
import { api, take } from "../../api/client";
import { type Match, useMatches } from "../../api/faces";
import { useCameras, useSites } from "../../api/queries";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { Confirm } from "../../components/Confirm";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { dateTime } from "../../time/words";
import { knownZone } from "../../time/zone";
import classes from "./faces.module.css";

const tones = { proposed: "wait", confirmed: "good", rejected: "idle", expired: "idle" } as const;
type Filter = Match["state"] | "all";

const confirmationsOf = (match: Match) =>
  match.state === "rejected"
    ? 0
    : [match.first_by, match.second_by].filter((by) => by !== null).length;

/** What the machine proposes, and what people said to it. */
export function Matches() {
  const t = texts.faces;
  const user = useUser();
  const client = useQueryClient();
  const cameras = useCameras();
  const sites = useSites();
  const [filter, setFilter] = useState<Filter>("proposed");
  const [confirming, setConfirming] = useState<Match | null>(null);
  const matches = useMatches(filter === "all" ? null : filter);
  const rows = matches.data?.pages.flatMap((page) => page.items) ?? [];
  const cameraOf = (name: string) => cameras.data?.find((c) => c.name === name);
  const zoneOf = (name: string) =>
    knownZone(sites.data?.find((s) => s.name === cameraOf(name)?.site)?.timezone);

  const decide = useMutation({
    mutationFn: ({ id, decision }: { id: string; decision: "confirmed" | "rejected" }) =>
      take(
        api.POST("/api/matches/{id}/decision", { params: { path: { id } }, body: { decision } }),
      ),
    onSuccess: (match) => {
      setConfirming(null);
      toast(
        match.state === "confirmed"
          ? t.confirmedToast
          : match.state === "rejected"
            ? t.rejectedToast
            : t.waitingToast,
      );
      void client.invalidateQueries({ queryKey: ["matches"] });
    },
  });

  return (
    <>
      <div className={classes.matchesTop}>
        <SegmentedControl
          aria-label={texts.compliance.show}
          value={filter}
          onChange={(value) => setFilter(value as Filter)}
          data={[
            { value: "proposed", label: t.proposed },
            { value: "confirmed", label: t.matchStates.confirmed ?? "" },
            { value: "rejected", label: t.matchStates.rejected ?? "" },
            { value: "all", label: t.all },
          ]}
        />
        <span className={classes.hint}>{t.matchesLogged}</span>
      </div>
      {decide.error !== null && confirming === null && <ErrorPanel error={decide.error} />}
      {matches.isPending ? (
        <Card flush>
          <RowsSkeleton />
        </Card>
      ) : matches.error !== null && rows.length === 0 ? (
        <ErrorPanel error={matches.error} onRetry={() => void matches.refetch()} />
      ) : rows.length === 0 ? (
        <Notice
          title={t.noMatchesTitle}
          text={t.noMatches}
          icon={<IconUserSearch size={26} stroke={1.6} />}
        />
      ) : (
        <Card flush>
          <Table.ScrollContainer minWidth={860}>
            <Table highlightOnHover className={classes.matches}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t.person}</Table.Th>
                  <Table.Th>{t.at}</Table.Th>
                  <Table.Th>{t.score}</Table.Th>
                  <Table.Th>{texts.camera.state}</Table.Th>
                  <Table.Th aria-label={texts.users.actions(t.matches)} />
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {rows.map((match) => {
                  const at = Date.parse(match.at);
                  return (
                    <Table.Tr key={match.id} data-match={match.id} data-state={match.state}>
                      <Table.Td>
                        <code className={classes.name}>{match.person}</code>
                        <div className={classes.sub}>
                          {t.gallery} {match.gallery}
                        </div>
                      </Table.Td>
                      <Table.Td className="tabular">
                        {dateTime(at, zoneOf(match.camera))}
                        <div className={classes.sub}>
                          {cameraOf(match.camera)?.title || match.camera}
                          {may(user, "timeline") && (
                            <>
                              {" · "}
                              <Anchor
                                component={Link}
                                to={`/history/${match.camera}?t=${at - 3000}`}
                                size="xs"
                              >
                                {t.look}
                              </Anchor>
                            </>
                          )}
                        </div>
                      </Table.Td>
                      <Table.Td className="tabular">
                        {match.score.toFixed(2)}
                        <div className={classes.sub}>
                          {t.threshold} {match.threshold.toFixed(2)}
                        </div>
                      </Table.Td>
                      <Table.Td>
                        <Badge tone={tones[match.state]}>{t.matchStates[match.state]}</Badge>
                        {match.needs > 1 && match.state === "proposed" && (
                          <div className={classes.sub}>
                            {t.confirmations(confirmationsOf(match), match.needs)}
                          </div>
                        )}
                      </Table.Td>
                      <Table.Td>
                        {match.state === "proposed" && (
                          <Group gap={6} justify="flex-end" wrap="nowrap">
                            <Button
                              size="xs"
                              leftSection={<IconCheck size={15} aria-hidden />}
                              onClick={() => {
                                decide.reset();
                                setConfirming(match);
                              }}
                            >
                              {t.confirm}
                            </Button>
                            <Button
                              size="xs"
                              variant="default"
                              leftSection={<IconX size={15} aria-hidden />}
                              disabled={decide.isPending}
                              onClick={() => decide.mutate({ id: match.id, decision: "rejected" })}
                            >
                              {t.reject}
                            </Button>
                          </Group>
                        )}
                      </Table.Td>
                    </Table.Tr>
                  );
                })}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
          {matches.hasNextPage && (
            <div className={classes.more}>
              <Button
                variant="default"
                size="xs"
                loading={matches.isFetchingNextPage}
                onClick={() => void matches.fetchNextPage()}
              >
                {texts.actions.more}
              </Button>
            </div>
          )}
        </Card>
      )}
      {confirming !== null && (
        <Confirm
          title={t.confirmTitle(confirming.person)}
          text={
            confirming.needs > confirmationsOf(confirming) + 1
              ? `${t.confirmText} ${t.second}`
              : t.confirmText
          }
          action={t.confirm}
          danger={false}
          busy={decide.isPending}
          error={decide.error}
          onClose={() => {
            decide.reset();
            setConfirming(null);
          }}
          onDo={() => decide.mutate({ id: confirming.id, decision: "confirmed" })}
        />
      )}
    </>
  );
}

import { ActionIcon, Anchor, Button, Group, Menu, Modal, Progress, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconDots, IconDownload, IconShieldCheck, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router-dom";
import { api, take } from "../../api/client";
import { useCameras, useExports, useSites } from "../../api/queries";
import type { Export } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { toast, toastError } from "../../components/toast";
import { texts } from "../../texts";
import { ago, bytes, dateTime, duration } from "../../time/words";
import { knownZone } from "../../time/zone";
import { bundleUrl, fileName } from "./bundle";
import classes from "./exports.module.css";
import { HowToVerify } from "./ExportProgress";

function State({ job }: { job: Export }) {
  const t = texts.exports;
  if (job.state === "queued" || job.state === "running") {
    return (
      <div className={classes.inlineProgress}>
        <Progress value={job.percent} animated size="sm" aria-label={t.running} />
        <span className="tabular">{job.state === "queued" ? t.queued : `${job.percent} %`}</span>
      </div>
    );
  }
  return (
    <>
      <Badge tone={job.state === "done" ? "good" : job.state === "failed" ? "bad" : "idle"}>
        {t[job.state]}
      </Badge>
      {job.error !== null && job.error !== "" && <div className={classes.why}>{job.error}</div>}
    </>
  );
}

export default function ExportsPage() {
  const t = texts.exports;
  const user = useUser();
  const client = useQueryClient();
  const exports = useExports();
  const cameras = useCameras();
  const sites = useSites();
  const [removing, setRemoving] = useState<Export | null>(null);
  const [verifying, setVerifying] = useState<Export | null>(null);
  const mayExport = may(user, "export");
  const now = Date.now();

  const remove = useMutation({
    mutationFn: (id: string) => take(api.DELETE("/api/exports/{id}", { params: { path: { id } } })),
    onSuccess: () => {
      toast(t.removed);
      setRemoving(null);
      void client.invalidateQueries({ queryKey: ["exports"] });
    },
    onError: toastError,
  });

  const cameraOf = (name: string) => cameras.data?.find((c) => c.name === name);
  const zoneOf = (job: Export) =>
    knownZone(sites.data?.find((s) => s.name === cameraOf(job.camera)?.site)?.timezone);
  const mine = (job: Export) => user.role === "admin" || job.requester === user.id;

  return (
    <>
      <PageHeader title={t.title} lead={t.lead} />
      {exports.data === undefined && exports.error !== null ? (
        <ErrorPanel error={exports.error} onRetry={() => void exports.refetch()} />
      ) : exports.data?.length === 0 ? (
        <Notice title={t.emptyTitle} text={t.empty} icon={<IconDownload size={26} stroke={1.6} />}>
          <Button component={Link} to="/history" variant="default">
            {t.openHistory}
          </Button>
        </Notice>
      ) : (
        <Card flush>
          {exports.data === undefined ? (
            <RowsSkeleton />
          ) : (
            <Table.ScrollContainer minWidth={900}>
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t.clip}</Table.Th>
                    <Table.Th>{t.purpose}</Table.Th>
                    <Table.Th>{t.created}</Table.Th>
                    <Table.Th>{t.size}</Table.Th>
                    <Table.Th>{t.state}</Table.Th>
                    <Table.Th aria-label={t.download} />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {exports.data.map((job) => {
                    const from = Date.parse(job.from);
                    const length = duration(Date.parse(job.to) - from);
                    return (
                      <Table.Tr key={job.id} data-export={job.id} data-state={job.state}>
                        <Table.Td>
                          <Anchor
                            component={Link}
                            to={`/history/${job.camera}?t=${from}`}
                            size="sm"
                            fw={570}
                          >
                            {cameraOf(job.camera)?.title ?? job.camera}
                          </Anchor>
                          <div className={`${classes.sub} tabular`}>
                            {dateTime(from, zoneOf(job))} · {length} · {job.stream}
                          </div>
                        </Table.Td>
                        <Table.Td>
                          {texts.purposeCodes[job.purpose_code] ?? job.purpose_code}
                          <div className={classes.sub}>
                            {t.by} <code>{job.requester}</code>
                          </div>
                        </Table.Td>
                        <Table.Td className="tabular">
                          {ago(Date.parse(job.created), now)}
                          {job.leaf !== null && may(user, "ledger") && (
                            <div className={classes.sub}>
                              <Anchor component={Link} to={`/ledger/${job.leaf}`} size="xs">
                                {texts.timeline.ledger(job.leaf)}
                              </Anchor>
                            </div>
                          )}
                        </Table.Td>
                        <Table.Td className={`${classes.nowrap} tabular`}>
                          {job.state === "done" ? bytes(job.bytes) : "–"}
                        </Table.Td>
                        <Table.Td>
                          <State job={job} />
                        </Table.Td>
                        <Table.Td>
                          {mayExport && mine(job) && (
                            <Group gap={6} justify="flex-end" wrap="nowrap">
                              {job.state === "done" && (
                                <Button
                                  component="a"
                                  href={bundleUrl(job.id)}
                                  download={fileName(job)}
                                  size="xs"
                                  variant="default"
                                  leftSection={<IconDownload size={15} aria-hidden />}
                                >
                                  {texts.actions.download}
                                </Button>
                              )}
                              <Menu position="bottom-end">
                                <Menu.Target>
                                  <ActionIcon
                                    variant="subtle"
                                    color="gray"
                                    aria-label={texts.users.actions(fileName(job))}
                                  >
                                    <IconDots size={18} />
                                  </ActionIcon>
                                </Menu.Target>
                                <Menu.Dropdown>
                                  {job.state === "done" && (
                                    <Menu.Item
                                      leftSection={<IconShieldCheck size={16} />}
                                      onClick={() => setVerifying(job)}
                                    >
                                      {t.verifyTitle}
                                    </Menu.Item>
                                  )}
                                  <Menu.Item
                                    color="red"
                                    leftSection={<IconTrash size={16} />}
                                    onClick={() => setRemoving(job)}
                                  >
                                    {job.state === "queued" || job.state === "running"
                                      ? t.cancel
                                      : t.remove}
                                  </Menu.Item>
                                </Menu.Dropdown>
                              </Menu>
                            </Group>
                          )}
                        </Table.Td>
                      </Table.Tr>
                    );
                  })}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Card>
      )}
      <Modal opened={removing !== null} onClose={() => setRemoving(null)} title={t.removeTitle}>
        <p className={classes.modalText}>{t.removeText}</p>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setRemoving(null)}>
            {texts.actions.cancel}
          </Button>
          <Button
            color="red"
            loading={remove.isPending}
            onClick={() => removing !== null && remove.mutate(removing.id)}
          >
            {t.remove}
          </Button>
        </Group>
      </Modal>
      <Modal
        opened={verifying !== null}
        onClose={() => setVerifying(null)}
        title={verifying === null ? "" : fileName(verifying)}
        size="lg"
      >
        {verifying !== null && <HowToVerify job={verifying} />}
      </Modal>
    </>
  );
}

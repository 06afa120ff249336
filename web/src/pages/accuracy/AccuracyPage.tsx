import { Anchor, Button, Switch, Table } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCircleFilled,
  IconGauge,
  IconPlayerPause,
} from "@tabler/icons-react";
import { useState } from "react";
import { Link, useSearchParams } from "react-router-dom";
import { useAccuracy } from "../../api/eyes";
import { useCameras } from "../../api/queries";
import type { Accuracy } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { texts } from "../../texts";
import { ResumeDialog } from "../cameras/AnalyticsPanel";
import classes from "./accuracy.module.css";
import { ordered, percent, type Standing, standingOf } from "./order";

function Precision({ row }: { row: Accuracy }) {
  const t = texts.accuracy;
  if (row.precision === null) return <span className="muted">{t.notYet}</span>;
  return (
    <div className={classes.precision}>
      <strong className="tabular">{percent(row.precision)}</strong>
      <div className={classes.scale} aria-hidden>
        <span
          className={classes.interval}
          style={{ left: `${row.low * 100}%`, width: `${(row.high - row.low) * 100}%` }}
        />
        <span className={classes.point} style={{ left: `${row.precision * 100}%` }} />
        {row.floor !== null && (
          <span className={classes.floor} style={{ left: `${row.floor * 100}%` }} />
        )}
      </div>
      <span className={`${classes.sub} tabular`}>
        {t.interval(percent(row.low), percent(row.high))}
      </span>
    </div>
  );
}

function State({ standing }: { standing: Standing }) {
  const t = texts.accuracy;
  if (standing === "suspended") {
    return (
      <Badge tone="bad" icon={<IconPlayerPause size={14} aria-hidden />}>
        {t.suspended}
      </Badge>
    );
  }
  if (standing === "below") {
    return (
      <Badge tone="wait" icon={<IconAlertTriangle size={14} aria-hidden />}>
        {t.below}
      </Badge>
    );
  }
  return (
    <Badge tone="good" icon={<IconCircleFilled size={9} aria-hidden />}>
      {t.runs}
    </Badge>
  );
}

export default function AccuracyPage() {
  const t = texts.accuracy;
  const user = useUser();
  const accuracy = useAccuracy();
  const cameras = useCameras();
  const [params, setParams] = useSearchParams();
  const [resuming, setResuming] = useState<{ camera: string; rule: string } | null>(null);
  const only = params.get("only") === "1";
  const titleOf = (name: string) => cameras.data?.find((c) => c.name === name)?.title || name;
  const rows = ordered(accuracy.data ?? []).filter(
    (row) => !only || ["suspended", "below"].includes(standingOf(row)),
  );

  return (
    <>
      <PageHeader title={t.title} lead={t.lead}>
        {(accuracy.data?.length ?? 0) > 0 && (
          <Switch
            label={t.only}
            checked={only}
            onChange={(event) =>
              setParams(event.currentTarget.checked ? { only: "1" } : {}, { replace: true })
            }
          />
        )}
      </PageHeader>
      {accuracy.data === undefined && accuracy.error !== null ? (
        <ErrorPanel error={accuracy.error} onRetry={() => void accuracy.refetch()} />
      ) : accuracy.data?.length === 0 ? (
        <Notice title={t.emptyTitle} text={t.empty} icon={<IconGauge size={26} stroke={1.6} />}>
          <Button component={Link} to="/review" variant="default">
            {t.openReview}
          </Button>
        </Notice>
      ) : (
        <Card flush>
          {accuracy.data === undefined ? (
            <RowsSkeleton />
          ) : rows.length === 0 ? (
            <p className={classes.none}>{t.noMatch}</p>
          ) : (
            <Table.ScrollContainer minWidth={900}>
              <Table highlightOnHover className={classes.table}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{t.rule}</Table.Th>
                    <Table.Th>{t.camera}</Table.Th>
                    <Table.Th>{t.judged}</Table.Th>
                    <Table.Th w={280}>{t.precision}</Table.Th>
                    <Table.Th>{t.floor}</Table.Th>
                    <Table.Th>{t.state}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((row) => (
                    <Table.Tr
                      key={`${row.camera} ${row.rule} ${row.model}`}
                      data-rule={row.rule}
                      data-standing={standingOf(row)}
                    >
                      <Table.Td>
                        <strong className={classes.name}>{row.rule}</strong>
                        <div className={classes.sub}>
                          {texts.capability(row.kind)} · <code>{row.model}</code>
                        </div>
                      </Table.Td>
                      <Table.Td>
                        <Anchor component={Link} to={`/cameras/${row.camera}`} size="sm">
                          {titleOf(row.camera)}
                        </Anchor>
                      </Table.Td>
                      <Table.Td className="tabular">
                        {row.judged}
                        <div className={classes.sub}>
                          {t.judgedOf(row.true, row.false, row.unsure)}
                        </div>
                      </Table.Td>
                      <Table.Td>
                        <Precision row={row} />
                      </Table.Td>
                      <Table.Td className="tabular">
                        {row.floor === null ? (
                          <span className="muted">{t.noFloor}</span>
                        ) : (
                          percent(row.floor)
                        )}
                      </Table.Td>
                      <Table.Td>
                        <div className={classes.state}>
                          <State standing={standingOf(row)} />
                          {row.suspended && may(user, "resume") && (
                            <Button
                              size="xs"
                              variant="default"
                              onClick={() => setResuming({ camera: row.camera, rule: row.rule })}
                            >
                              {texts.analytics.resume}
                            </Button>
                          )}
                        </div>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          <p className={classes.note}>{t.intervalNote}</p>
        </Card>
      )}
      <ResumeDialog
        camera={resuming?.camera ?? ""}
        rule={resuming?.rule ?? null}
        onClose={() => setResuming(null)}
      />
    </>
  );
}

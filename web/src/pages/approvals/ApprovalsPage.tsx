import { Button, Group, Table } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconCheck, IconX } from "@tabler/icons-react";
import { useState } from "react";
import { api, take } from "../../api/client";
import { type Approval, type Lift, runsAt, useApprovals, useLifts } from "../../api/lifts";
import { useCameras } from "../../api/queries";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { EndLift, Left } from "../../components/LiftControls";
import { bodyOf, useBegin } from "../../components/LiftDialog";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { useNow } from "../../components/use-now";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { texts } from "../../texts";
import { dateTime } from "../../time/words";
import { knownZone } from "../../time/zone";
import classes from "./approvals.module.css";
import { ReviewDialog } from "./ReviewDialog";

const t = texts.lifts;

function useTitles(): (names: string[]) => string {
  const cameras = useCameras();
  return (names) =>
    names.map((name) => cameras.data?.find((c) => c.name === name)?.title ?? name).join(", ");
}

const timeOf = (iso: string) => dateTime(Date.parse(iso), knownZone(null));

function nameOf(person: { login: string | null } | null | undefined): string {
  return person?.login ?? t.nobodyKnown;
}

/** One request, for who has to decide it. */
function Decide({ approval, titles }: { approval: Approval; titles: (n: string[]) => string }) {
  const client = useQueryClient();
  const decide = useMutation({
    mutationFn: (decision: "agree" | "refuse") =>
      take(
        api.POST("/api/approvals/{id}/decision", {
          params: { path: { id: approval.id } },
          body: { decision, digest: approval.digest },
        }),
      ),
    onSettled: () => client.invalidateQueries({ queryKey: ["approvals"] }),
  });
  const { minutes, reason, exports } = approval.request;
  const who = nameOf(approval.requester);
  return (
    <div className={classes.item} data-approval={approval.id} data-state={approval.state}>
      <div className={classes.text}>
        <h3>{exports ? t.wantsExports(who) : t.wants(who)}</h3>
        <p>
          {titles(approval.cameras)} · {t.minutesOf(minutes)}
        </p>
        <blockquote>{reason}</blockquote>
        <p className={classes.sub}>{t.askedUntil(timeOf(approval.expires))}</p>
        {decide.error !== null && <ErrorPanel error={decide.error} />}
      </div>
      <Group>
        <Button
          leftSection={<IconCheck size={16} aria-hidden />}
          loading={decide.isPending}
          onClick={() => decide.mutate("agree")}
        >
          {t.agree}
        </Button>
        <Button
          variant="default"
          leftSection={<IconX size={16} aria-hidden />}
          disabled={decide.isPending}
          onClick={() => decide.mutate("refuse")}
        >
          {t.refuse}
        </Button>
      </Group>
    </div>
  );
}

function Review({ lift, titles }: { lift: Lift; titles: (n: string[]) => string }) {
  const [open, setOpen] = useState(false);
  const due = timeOf(lift.review?.due ?? lift.ends);
  const overdue = lift.review?.state === "overdue";
  return (
    <div className={classes.item} data-review={lift.id}>
      <div className={classes.text}>
        <h3>{t.reviewOf(nameOf(lift.user))}</h3>
        <p>
          {titles(lift.cameras)} · {timeOf(lift.begins)}
        </p>
        <blockquote>{lift.reason}</blockquote>
        <p className={classes.sub} data-overdue={overdue}>
          {overdue ? t.reviewOverdue(due) : t.reviewDue(due)}
        </p>
      </div>
      <Button onClick={() => setOpen(true)}>{t.review}</Button>
      <ReviewDialog lift={lift} opened={open} onClose={() => setOpen(false)} />
    </div>
  );
}

/** What this person asked for and can still begin or take back. */
function Mine({ approval, titles }: { approval: Approval; titles: (n: string[]) => string }) {
  const client = useQueryClient();
  const begin = useBegin(() => undefined);
  const withdraw = useMutation({
    mutationFn: () =>
      take(api.DELETE("/api/approvals/{id}", { params: { path: { id: approval.id } } })),
    onSettled: () => client.invalidateQueries({ queryKey: ["approvals"] }),
  });
  const error = begin.error ?? withdraw.error;
  return (
    <div className={classes.item} data-mine={approval.id} data-state={approval.state}>
      <div className={classes.text}>
        <h3>
          {titles(approval.cameras)} <Badge tone="wait">{t.states[approval.state]}</Badge>
        </h3>
        <blockquote>{approval.request.reason}</blockquote>
        {error !== null && <ErrorPanel error={error} />}
      </div>
      <Group>
        {approval.state === "approved" && (
          <Button loading={begin.isPending} onClick={() => begin.mutate(bodyOf(approval))}>
            {t.begin}
          </Button>
        )}
        <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
          {t.withdraw}
        </Button>
      </Group>
    </div>
  );
}

function Row({ lift, titles }: { lift: Lift; titles: (n: string[]) => string }) {
  const user = useUser();
  const running = runsAt(lift, useNow(1000));
  const finding = lift.review?.finding;
  return (
    <Table.Tr data-lift={lift.id} data-state={running ? "running" : "ended"}>
      <Table.Td>
        {nameOf(lift.user)}
        {lift.break_glass && <div className={classes.sub}>{t.breakGlass}</div>}
      </Table.Td>
      <Table.Td>{titles(lift.cameras)}</Table.Td>
      <Table.Td className="tabular">{timeOf(lift.begins)}</Table.Td>
      <Table.Td className={classes.reason}>{lift.reason}</Table.Td>
      <Table.Td>{nameOf(lift.approved_by)}</Table.Td>
      <Table.Td>
        {running ? (
          <Group gap="xs">
            <Left lift={lift} />
            {may(user, "agree") && <EndLift lift={lift} />}
          </Group>
        ) : (
          <>
            <span className="tabular">{timeOf(lift.ended ?? lift.ends)}</span>
            {lift.how !== null && <div className={classes.sub}>{t.how[lift.how]}</div>}
            {finding != null && <div className={classes.sub}>{t.findings[finding]}</div>}
          </>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

function List({ lifts, empty }: { lifts: Lift[]; empty: string }) {
  const titles = useTitles();
  if (lifts.length === 0) return <p className={classes.empty}>{empty}</p>;
  return (
    <Table.ScrollContainer minWidth={820}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            {[t.who, t.cameras, t.when, t.why, t.agreed, t.ended].map((head) => (
              <Table.Th key={head}>{head}</Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lifts.map((lift) => (
            <Row key={lift.id} lift={lift} titles={titles} />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

export default function ApprovalsPage() {
  const lifts = useLifts();
  const approvals = useApprovals();
  const titles = useTitles();
  const now = useNow(5000);
  const error = lifts.error ?? approvals.error;
  if (lifts.data === undefined || approvals.data === undefined) {
    return (
      <>
        <PageHeader title={t.title} lead={t.lead} />
        {error !== null ? (
          <ErrorPanel
            error={error}
            onRetry={() => {
              void lifts.refetch();
              void approvals.refetch();
            }}
          />
        ) : (
          <Card flush>
            <RowsSkeleton />
          </Card>
        )}
      </>
    );
  }
  const toDecide = approvals.data.filter((approval) => approval.may_decide);
  const toReview = lifts.data.lifts.filter((lift) => lift.review?.may_review === true);
  const mine = approvals.data.filter(
    (one) => one.mine && (one.state === "waiting" || one.state === "approved"),
  );
  const running = lifts.data.lifts.filter((lift) => runsAt(lift, now));
  return (
    <>
      <PageHeader title={t.title} lead={t.lead} />
      <Card title={t.inbox}>
        {toDecide.length + toReview.length === 0 && <p className={classes.empty}>{t.inboxEmpty}</p>}
        {toDecide.map((approval) => (
          <Decide key={approval.id} approval={approval} titles={titles} />
        ))}
        {toReview.map((lift) => (
          <Review key={lift.id} lift={lift} titles={titles} />
        ))}
      </Card>
      {mine.length > 0 && (
        <Card title={t.mine}>
          {mine.map((approval) => (
            <Mine key={approval.id} approval={approval} titles={titles} />
          ))}
        </Card>
      )}
      <Card title={t.running} flush={running.length > 0}>
        <List lifts={running} empty={t.runningEmpty} />
      </Card>
      <Card title={t.past} flush>
        <List
          lifts={lifts.data.lifts.filter((lift) => !running.includes(lift))}
          empty={t.pastEmpty}
        />
      </Card>
    </>
  );
}

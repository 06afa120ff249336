import { Button, NumberInput, Skeleton, Table, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconAlertTriangle, IconCalendarDown, IconFileImport } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useSearchParams } from "react-router-dom";
import { api, take } from "../../api/client";
import { useHorizon, usePacks } from "../../api/queries";
import type { PackFile, Packs } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import { Announced } from "./Announced";
import { CalendarDialog } from "./CalendarDialog";
import classes from "./law.module.css";
import { Questions } from "./Questions";
import { Turns } from "./Turns";

const day = (text: string) => dateWords(Date.parse(`${text}T12:00:00Z`), "UTC");

function ImportButton({ onError }: { onError: (error: unknown) => void }) {
  const t = texts.packs;
  const client = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const importing = useMutation({
    mutationFn: async (file: File) => {
      const text = await file.text();
      return take(
        api.POST("/api/law/packs", {
          body: {} as PackFile,
          // The signature is over the bytes: they go as they are.
          bodySerializer: () => text,
          headers: { "Content-Type": "application/json" },
        }),
      );
    },
    onMutate: () => onError(null),
    onError,
    onSuccess: (packs) => {
      for (const pack of packs.packs) {
        if (pack.announced) toast(t.imported(pack.id, pack.version));
      }
      void client.invalidateQueries({ queryKey: ["law"] });
      void client.invalidateQueries({ queryKey: ["matrix"] });
    },
  });
  return (
    <>
      <input
        ref={input}
        type="file"
        accept=".pack,application/json"
        hidden
        data-import
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file !== undefined) importing.mutate(file);
        }}
      />
      <Button
        leftSection={<IconFileImport size={17} aria-hidden />}
        loading={importing.isPending}
        onClick={() => input.current?.click()}
      >
        {t.import}
      </Button>
    </>
  );
}

function PackTable({ packs }: { packs: Packs }) {
  const t = texts.packs;
  return (
    <Table.ScrollContainer minWidth={720}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.pack}</Table.Th>
            <Table.Th>{t.version}</Table.Th>
            <Table.Th>{t.checked}</Table.Th>
            <Table.Th>{t.due}</Table.Th>
            <Table.Th>{t.origin}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {packs.packs
            .filter((pack) => !pack.announced)
            .map((pack) => (
              <Table.Tr key={pack.id} data-pack={pack.id}>
                <Table.Td>
                  <strong>{pack.title}</strong> <code>{pack.id}</code>
                </Table.Td>
                <Table.Td title={pack.digest}>{pack.version}</Table.Td>
                <Table.Td>{day(pack.checked)}</Table.Td>
                <Table.Td>
                  {day(pack.review_by)} {pack.overdue && <Badge tone="wait">{t.overdue}</Badge>}
                </Table.Td>
                <Table.Td className={classes.origin}>
                  {pack.publisher === "" ? t.shipped : pack.publisher.split("+")[0]}
                </Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function HorizonCard() {
  const t = texts.packs;
  const [params, setParams] = useSearchParams();
  const on = params.get("on");
  const months = Number(params.get("months") ?? "36");
  const horizon = useHorizon(on, months);
  const [subscribing, setSubscribing] = useState(false);
  const set = (name: string, value: string) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );
  return (
    <Card
      title={t.horizon}
      actions={
        <div className={classes.tools}>
          <TextInput
            type="date"
            aria-label={t.asIf}
            title={t.asIf}
            value={on ?? horizon.data?.on ?? ""}
            onChange={(event) => set("on", event.currentTarget.value)}
          />
          <NumberInput
            aria-label={t.months}
            title={t.months}
            value={months}
            min={1}
            max={120}
            clampBehavior="strict"
            suffix=" months"
            onChange={(value) => set("months", String(value))}
            w={120}
          />
          <Button
            component="a"
            href="/api/law/horizon.ics"
            download="proviso-law.ics"
            variant="default"
            leftSection={<IconCalendarDown size={17} aria-hidden />}
          >
            {t.calendar}
          </Button>
          <Button variant="default" onClick={() => setSubscribing(true)}>
            {texts.calendar.subscribe}
          </Button>
          {subscribing && <CalendarDialog onClose={() => setSubscribing(false)} />}
        </div>
      }
    >
      {horizon.error !== null && horizon.data === undefined ? (
        <ErrorPanel error={horizon.error} onRetry={() => void horizon.refetch()} />
      ) : horizon.data === undefined ? (
        <Skeleton height={160} />
      ) : (
        <>
          <p className={classes.lead}>{t.horizonLead(day(horizon.data.until))}</p>
          <Turns turns={horizon.data.turns} empty={t.noHorizon} />
        </>
      )}
    </Card>
  );
}

export default function LawPage() {
  const t = texts.packs;
  const user = useUser();
  const packs = usePacks();
  const [problem, setProblem] = useState<unknown>(null);
  return (
    <>
      <PageHeader title={t.title} lead={t.lead}>
        {may(user, "apply") && <ImportButton onError={setProblem} />}
      </PageHeader>
      <div className={classes.page}>
        {problem !== null && <ErrorPanel error={problem} />}
        {packs.data?.overdue === true && (
          <div className={classes.overdue} role="status">
            <IconAlertTriangle size={18} aria-hidden />
            {t.overdueText}
          </div>
        )}
        {packs.data?.announced === true && <Announced packs={packs.data} />}
        <Questions />
        <HorizonCard />
        {packs.data === undefined && packs.error !== null ? (
          <ErrorPanel error={packs.error} onRetry={() => void packs.refetch()} />
        ) : (
          <Card flush title={t.packs}>
            {packs.data === undefined ? <RowsSkeleton /> : <PackTable packs={packs.data} />}
          </Card>
        )}
      </div>
    </>
  );
}

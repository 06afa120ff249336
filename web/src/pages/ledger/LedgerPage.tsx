import { Button, Loader, Select, Table } from "@mantine/core";
import { useInfiniteQuery } from "@tanstack/react-query";
import { IconBinaryTree2 } from "@tabler/icons-react";
import { useEffect } from "react";
import { Link, useNavigate, useSearchParams } from "react-router-dom";
import { api, take } from "../../api/client";
import { useCameras, useLedger } from "../../api/queries";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { texts } from "../../texts";
import { dateTime } from "../../time/words";
import { localZone } from "../../time/zone";
import { CheckpointCard } from "./CheckpointCard";
import { aboutEntry, typeWords } from "./describe";
import classes from "./ledger.module.css";

const kPage = 50;

function useEntries(type: string, camera: string) {
  return useInfiniteQuery({
    queryKey: ["entries", type, camera],
    initialPageParam: null as number | null,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET("/api/ledger/entries", {
          params: {
            query: {
              limit: kPage,
              ...(pageParam === null ? {} : { before: pageParam }),
              ...(type === "" ? {} : { type }),
              ...(camera === "" ? {} : { camera }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next_before ?? undefined,
  });
}

export default function LedgerPage() {
  const t = texts.ledger;
  const [params, setParams] = useSearchParams();
  const navigate = useNavigate();
  const type = params.get("type") ?? "";
  const camera = params.get("camera") ?? "";
  const ledger = useLedger();
  const cameras = useCameras();
  const entries = useEntries(type, camera);
  const rows = entries.data?.pages.flatMap((page) => page.entries) ?? [];
  const zone = localZone();

  const set = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: true },
    );

  // With a filter a page may come back short; go on by itself until there is something to see.
  const { hasNextPage, isFetching, fetchNextPage } = entries;
  const wanted = rows.length < 15 && (type !== "" || camera !== "");
  useEffect(() => {
    if (wanted && hasNextPage && !isFetching) void fetchNextPage();
  }, [wanted, hasNextPage, isFetching, fetchNextPage]);

  const newest = entries.data?.pages[0]?.entries[0]?.index;
  const fresh =
    type === "" && camera === "" && newest !== undefined && ledger.data !== undefined
      ? ledger.data.size - 1 - newest
      : 0;

  return (
    <>
      <PageHeader
        title={t.title}
        lead={ledger.data === undefined ? t.lead : `${t.lead} ${t.size(ledger.data.size)}.`}
      />
      <div className={classes.stack}>
        <CheckpointCard />
        <Card
          title={t.entries}
          flush
          actions={
            <div className={classes.filters}>
              {fresh > 0 && (
                <Button
                  variant="light"
                  size="xs"
                  loading={entries.isRefetching}
                  onClick={() => void entries.refetch()}
                >
                  {t.fresh(fresh)}
                </Button>
              )}
              <Select
                aria-label={t.type}
                size="xs"
                data={[
                  { value: "", label: t.allTypes },
                  ...Object.keys(t.types).map((value) => ({ value, label: typeWords(value) })),
                  ...(type !== "" && !(type in t.types)
                    ? [{ value: type, label: typeWords(type) }]
                    : []),
                ]}
                value={type}
                onChange={(value) => set("type", value)}
                allowDeselect={false}
                searchable
                w={190}
              />
              <Select
                aria-label={t.camera}
                size="xs"
                data={[
                  { value: "", label: t.allCameras },
                  ...(cameras.data ?? []).map((c) => ({ value: c.name, label: c.title || c.name })),
                ]}
                value={camera}
                onChange={(value) => set("camera", value)}
                allowDeselect={false}
                searchable
                w={190}
              />
            </div>
          }
        >
          {entries.error !== null && rows.length === 0 ? (
            <div className={classes.pad}>
              <ErrorPanel error={entries.error} onRetry={() => void entries.refetch()} />
            </div>
          ) : entries.isPending ? (
            <RowsSkeleton rows={8} />
          ) : rows.length === 0 && !hasNextPage ? (
            <Notice title={t.emptyTitle} text={t.empty} icon={<IconBinaryTree2 size={26} />} />
          ) : (
            <Table.ScrollContainer minWidth={720}>
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th w={90}>{t.index}</Table.Th>
                    <Table.Th w={200}>{t.at}</Table.Th>
                    <Table.Th w={190}>{t.type}</Table.Th>
                    <Table.Th>{t.about}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {rows.map((entry) => (
                    <Table.Tr
                      key={entry.index}
                      className={classes.row}
                      data-entry={entry.index}
                      data-type={entry.type}
                      onClick={() => navigate(`/ledger/${entry.index}`)}
                    >
                      <Table.Td className="tabular">
                        <Link
                          to={`/ledger/${entry.index}`}
                          className={classes.index}
                          onClick={(event) => event.stopPropagation()}
                        >
                          {entry.index.toLocaleString("en-GB")}
                        </Link>
                      </Table.Td>
                      <Table.Td className="tabular">
                        {dateTime(Date.parse(entry.at), zone)}
                      </Table.Td>
                      <Table.Td>{typeWords(entry.type)}</Table.Td>
                      <Table.Td className={classes.about}>{aboutEntry(entry)}</Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
          {hasNextPage && (
            <div className={classes.more}>
              {entries.isFetchingNextPage ? (
                <>
                  <Loader size="xs" /> {t.searching}
                </>
              ) : (
                <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
                  {texts.actions.more}
                </Button>
              )}
            </div>
          )}
        </Card>
      </div>
    </>
  );
}

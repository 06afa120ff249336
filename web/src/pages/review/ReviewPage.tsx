import { Button, Loader, Tabs } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconArrowUp, IconBellCheck, IconChecks } from "@tabler/icons-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useSearchParams } from "react-router-dom";
import { useReview, useReviewHead, useUnviewedAlerts } from "../../api/eyes";
import { useCameras, useSites } from "../../api/queries";
import type { JudgementWord, ReviewItem, Severity } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { useNow } from "../../components/use-now";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import { addDays, dayOf, knownZone, localZone } from "../../time/zone";
import { BulkBar } from "./BulkBar";
import { Filters } from "./Filters";
import { byDay, filterOf, isFiltered, severityOf } from "./filters";
import { ReviewCard } from "./ReviewCard";
import { ReviewDetail } from "./ReviewDetail";
import classes from "./review.module.css";
import {
  all,
  beside,
  kept,
  nothing,
  ranged,
  type Selection,
  stepped,
  targets,
  toggled,
} from "./selection";
import { useReviewActions } from "./use-review-actions";
import { type ReviewKeys, useReviewKeys } from "./use-review-keys";

const kMostAtOnce = 500;

function Skeletons() {
  return (
    <div className={classes.grid} aria-busy>
      {Array.from({ length: 8 }, (_, i) => (
        <div key={i} className={classes.blank} />
      ))}
    </div>
  );
}

export default function ReviewPage() {
  const t = texts.review;
  const user = useUser();
  const [params, setParams] = useSearchParams();
  const cameras = useCameras();
  const sites = useSites();
  const here = localZone();
  const now = useNow(60_000);
  const severity = severityOf(params);
  const filter = useMemo(() => filterOf(params, now, here), [params, now, here]);
  const review = useReview(filter);
  const head = useReviewHead(filter);
  const unviewed = useUnviewedAlerts(true);
  const { busy, setViewed, judge } = useReviewActions();
  const mayMark = may(user, "judge");
  const grid = useRef<HTMLDivElement>(null);
  const [selection, setSelection] = useState<Selection>(nothing);

  const set = useCallback(
    (values: Record<string, string | null>) =>
      setParams(
        (before) => {
          const next = new URLSearchParams(before);
          for (const [name, value] of Object.entries(values)) {
            if (value === null || value === "") next.delete(name);
            else next.set(name, value);
          }
          return next;
        },
        { replace: true },
      ),
    [setParams],
  );

  const items = useMemo(() => {
    const seen = new Set<string>();
    return (review.data?.pages ?? [])
      .flatMap((page) => page.items)
      .filter((item) => !seen.has(item.id) && seen.add(item.id));
  }, [review.data]);
  const ids = useMemo(() => items.map((item) => item.id), [items]);
  const cameraOf = useCallback(
    (name: string) => cameras.data?.find((c) => c.name === name)?.title || name,
    [cameras.data],
  );
  const zoneOf = useCallback(
    (name: string) => {
      const site = cameras.data?.find((c) => c.name === name)?.site;
      return knownZone(sites.data?.find((s) => s.name === site)?.timezone);
    },
    [cameras.data, sites.data],
  );
  const days = useMemo(() => byDay(items, here), [items, here]);

  // Zones that were seen once stay to be chosen, also while a filter hides them.
  const zones = useRef(new Set<string>());
  for (const item of items) if (item.zone !== "") zones.current.add(item.zone);

  const before = useRef(ids);
  useEffect(() => {
    setSelection((s) => kept(s, before.current, ids));
    before.current = ids;
  }, [ids]);

  // A short list keeps itself fresh; a long one says that there is more and stays where it is.
  const { refetch, isFetching } = review;
  const pages = review.data?.pages.length ?? 0;
  const newer = head.data !== undefined && head.data !== null && head.data !== (ids[0] ?? null);
  const told = useRef(head.dataUpdatedAt);
  useEffect(() => {
    if (told.current === head.dataUpdatedAt) return;
    told.current = head.dataUpdatedAt;
    if (pages <= 2 && !isFetching) void refetch();
  }, [head.dataUpdatedAt, pages, isFetching, refetch]);

  const openId = params.get("item");
  const found = openId === null ? undefined : items.find((item) => item.id === openId);
  // Opened from a list of what is not viewed, it leaves that list at once, not the page.
  const [held, setHeld] = useState<ReviewItem | null>(null);
  if (found !== undefined && found !== held) setHeld(found);
  const opened = found ?? (held !== null && held.id === openId ? held : undefined);
  const openItem = useCallback(
    (id: string | null) => {
      if (id !== null) setSelection((s) => ({ ...s, cursor: id }));
      set({ item: id });
    },
    [set],
  );
  // Who opens it has viewed it.
  const viewedAtOpening = useRef<string | null>(null);
  useEffect(() => {
    if (opened === undefined || viewedAtOpening.current === opened.id) return;
    viewedAtOpening.current = opened.id;
    if (mayMark && !opened.viewed) setViewed([opened.id], true);
  }, [opened, mayMark, setViewed]);

  const { hasNextPage, fetchNextPage, isFetchingNextPage } = review;
  const { ref: sentinel, entry } = useIntersection({ rootMargin: "800px" });
  useEffect(() => {
    if (entry?.isIntersecting === true && hasNextPage && !isFetching) void fetchNextPage();
  }, [entry?.isIntersecting, hasNextPage, isFetching, fetchNextPage, pages]);

  const focus = useCallback((id: string) => {
    grid.current
      ?.querySelector<HTMLElement>(`[data-item="${CSS.escape(id)}"] button`)
      ?.focus({ preventScroll: false });
  }, []);
  const columns = () => {
    const first = grid.current?.querySelector(`.${classes.grid}`);
    if (!first) return 1;
    return getComputedStyle(first).gridTemplateColumns.split(" ").length;
  };

  const judgeOpened = useCallback(
    (word: JudgementWord, note = "") => {
      if (openId === null) return;
      judge([openId], word, note);
      setHeld((item) => (item === null ? null : { ...item, judgement: word }));
    },
    [openId, judge],
  );

  const keys = useMemo<ReviewKeys>(
    () => ({
      step: (step, extend) => {
        if (openId !== null) {
          const { newer, older } = beside(openId, selection.cursor, ids);
          const to = step === "left" || step === "up" ? newer : older;
          if (to !== null && step !== "first" && step !== "last") openItem(to);
          return;
        }
        const at = selection.cursor === null ? null : ids.indexOf(selection.cursor);
        const to = ids[stepped(ids.length, columns(), at, step)];
        if (to === undefined) return;
        setSelection((s) =>
          extend && mayMark ? ranged(s, ids, to) : { ...s, cursor: to, anchor: to },
        );
        focus(to);
      },
      toggle: () => {
        if (mayMark && selection.cursor !== null && openId === null) {
          setSelection(toggled(selection, selection.cursor));
        }
      },
      all: () => {
        if (mayMark) setSelection((s) => all(s, ids.slice(0, kMostAtOnce)));
      },
      viewed: () => {
        if (mayMark) setViewed(openId === null ? targets(selection, ids) : [openId], true);
      },
      judge: (word) => {
        if (!mayMark) return;
        if (openId === null) judge(targets(selection, ids), word);
        else judgeOpened(word);
      },
      open: () => {
        if (openId === null && selection.cursor !== null) openItem(selection.cursor);
      },
      escape: () => {
        if (openId !== null) {
          openItem(null);
          if (selection.cursor !== null) focus(selection.cursor);
        } else setSelection((s) => ({ ...nothing, cursor: s.cursor }));
      },
    }),
    [openId, selection, ids, mayMark, openItem, focus, setViewed, judge, judgeOpened],
  );
  useReviewKeys(keys, openId !== null);

  const choose = useCallback(
    (id: string, range: boolean) =>
      setSelection((s) => (range ? ranged(s, ids, id) : toggled(s, id))),
    [ids],
  );
  const focused = useCallback(
    (id: string) => setSelection((s) => (s.cursor === id ? s : { ...s, cursor: id })),
    [],
  );

  const { newer: newerId, older: olderId } =
    openId === null ? { newer: null, older: null } : beside(openId, selection.cursor, ids);
  const today = dayOf(now, here);
  const dayWords = (day: string) =>
    day === today
      ? t.today
      : day === addDays(today, -1)
        ? t.yesterday
        : dateWords(Date.parse(`${day}T12:00:00Z`), "UTC");
  const cursor = selection.cursor ?? ids[0] ?? null;
  const card = (item: ReviewItem) => (
    <ReviewCard
      key={item.id}
      item={item}
      camera={cameraOf(item.camera)}
      zone={zoneOf(item.camera)}
      chosen={selection.chosen.has(item.id)}
      current={cursor === item.id}
      choosing={selection.chosen.size > 0}
      mayMark={mayMark}
      onOpen={openItem}
      onChoose={choose}
      onFocus={focused}
    />
  );

  return (
    <>
      <PageHeader title={t.title} lead={t.lead} />
      <div className={classes.top}>
        <Tabs
          value={severity}
          onChange={(value) => {
            setSelection(nothing);
            set({ severity: value === "alert" ? null : value, item: null });
          }}
          variant="pills"
        >
          <Tabs.List>
            {(["alert", "detection"] satisfies Severity[]).map((value) => (
              <Tabs.Tab
                key={value}
                value={value}
                color={value === "alert" ? "#b83a31" : "#a8650c"}
                rightSection={
                  value === "alert" && (unviewed.data ?? 0) > 0 ? (
                    <span className={`${classes.count} tabular`}>
                      {(unviewed.data ?? 0) > 99 ? "99+" : unviewed.data}
                    </span>
                  ) : undefined
                }
              >
                {value === "alert" ? t.alerts : t.detections}
              </Tabs.Tab>
            ))}
          </Tabs.List>
        </Tabs>
        <Filters
          params={params}
          cameras={cameras.data ?? []}
          zones={[...zones.current]}
          today={today}
          onSet={(values) => {
            setSelection(nothing);
            set({ ...values, item: null });
          }}
        />
      </div>
      {newer && pages > 2 && (
        <Button
          className={classes.fresh}
          size="xs"
          leftSection={<IconArrowUp size={15} aria-hidden />}
          loading={isFetching}
          onClick={() => {
            void refetch();
            globalThis.scrollTo({ top: 0 });
          }}
        >
          {t.fresh}
        </Button>
      )}
      <div
        ref={grid}
        className={classes.list}
        data-review={severity}
        data-count={items.length}
        aria-busy={review.isFetching}
      >
        {review.isPending ? (
          <Skeletons />
        ) : review.error !== null && items.length === 0 ? (
          <ErrorPanel error={review.error} onRetry={() => void refetch()} />
        ) : items.length === 0 ? (
          <Notice
            title={t.emptyTitle[severity] ?? ""}
            text={isFiltered(params) ? t.emptyFiltered : t.empty}
            icon={<IconBellCheck size={26} stroke={1.6} />}
          />
        ) : (
          <>
            {review.error !== null && <ErrorPanel error={review.error} />}
            {days.map(({ day, items: of }) => (
              <section key={day} className={classes.day}>
                <h2>
                  {dayWords(day)} <span className="tabular">{t.count(of.length)}</span>
                </h2>
                <div className={classes.grid}>{of.map(card)}</div>
              </section>
            ))}
            <div ref={sentinel} className={classes.end}>
              {isFetchingNextPage ? (
                <>
                  <Loader size="xs" /> {t.loadingMore}
                </>
              ) : hasNextPage ? (
                <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
                  {texts.actions.more}
                </Button>
              ) : (
                <span className="muted">
                  <IconChecks size={15} aria-hidden /> {t.end}
                </span>
              )}
            </div>
          </>
        )}
      </div>
      {selection.chosen.size > 0 && (
        <BulkBar
          count={selection.chosen.size}
          busy={busy}
          onViewed={(value) => setViewed(targets(selection, ids), value)}
          onJudge={(word) => judge(targets(selection, ids), word)}
          onClear={() => setSelection((s) => ({ ...nothing, cursor: s.cursor }))}
        />
      )}
      <ReviewDetail
        item={opened}
        camera={opened === undefined ? "" : cameraOf(opened.camera)}
        zone={opened === undefined ? here : zoneOf(opened.camera)}
        busy={busy}
        onClose={keys.escape}
        onJudge={judgeOpened}
        onViewed={(value) => {
          if (opened === undefined) return;
          setViewed([opened.id], value);
          setHeld({ ...opened, viewed: value });
        }}
        onStep={{
          ...(newerId === null ? {} : { newer: () => openItem(newerId) }),
          ...(olderId === null ? {} : { older: () => openItem(olderId) }),
        }}
      />
    </>
  );
}

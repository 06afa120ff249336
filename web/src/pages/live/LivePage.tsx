import { ActionIcon, Button, SegmentedControl, Select, Tooltip } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import {
  IconChevronLeft,
  IconChevronRight,
  IconDeviceCctv,
  IconGridDots,
  IconHistory,
  IconLayoutGrid,
  IconInfoCircle,
  IconObjectScan,
  IconSquare,
  IconGrid3x3,
} from "@tabler/icons-react";
import { useEffect, useMemo } from "react";
import { Link, useSearchParams } from "react-router-dom";
import { useCameras, useSites } from "../../api/queries";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { BoxesOverlay } from "../../components/BoxesOverlay";
import { ErrorPanel } from "../../components/ErrorPanel";
import { LiftControls } from "../../components/LiftControls";
import { LiveTile } from "../../components/LiveTile";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { useBoxes } from "../../components/use-boxes";
import type { Rect } from "../../media/picture-rect";
import { texts } from "../../texts";
import { knownZone } from "../../time/zone";
import { fittingLayout, type Layout, layouts, parseLayout } from "./layout";
import classes from "./LivePage.module.css";

const layoutIcons = { 1: IconSquare, 4: IconLayoutGrid, 9: IconGrid3x3, 16: IconGridDots };

function useKeys(handle: (key: string) => boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (handle(event.key)) event.preventDefault();
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [handle]);
}

export default function LivePage() {
  const user = useUser();
  const cameras = useCameras();
  const sites = useSites();
  const [params, setParams] = useSearchParams();
  const [stored, setStored] = useLocalStorage<string | null>({
    key: "proviso-wall",
    defaultValue: null,
    getInitialValueInEffect: false,
  });

  const site = params.get("site");
  const shown = useMemo(
    () => (cameras.data ?? []).filter((camera) => site === null || camera.site === site),
    [cameras.data, site],
  );
  const enlarged = shown.find((camera) => camera.name === params.get("camera"));
  const layout: Layout = parseLayout(stored) ?? fittingLayout(shown.length);
  const pages = Math.max(1, Math.ceil(shown.length / layout));
  const page = Math.min(pages, Math.max(1, Number(params.get("page") ?? 1) || 1));
  const tiles = shown.slice((page - 1) * layout, page * layout);

  const set = (name: string, value: string | null) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null) next.delete(name);
        else next.set(name, value);
        if (name === "site") next.delete("page");
        return next;
      },
      { replace: true },
    );

  const [boxes, toggleBoxes] = useBoxes();
  const overOf = (name: string) =>
    boxes
      ? {
          over: (size: Rect, playing: boolean, shownAt: () => number | null) =>
            playing && <BoxesOverlay camera={name} size={size} shownAt={shownAt} />,
        }
      : {};
  const boxesButton = (
    <Tooltip label={`${texts.boxes.hint} (B)`}>
      <Button
        variant={boxes ? "light" : "default"}
        aria-pressed={boxes}
        leftSection={<IconObjectScan size={16} aria-hidden />}
        onClick={toggleBoxes}
      >
        {texts.boxes.show}
      </Button>
    </Tooltip>
  );

  useKeys((key) => {
    if (key.toLowerCase() === "b") {
      toggleBoxes();
      return true;
    }
    if (key === "Escape" && enlarged !== undefined) {
      set("camera", null);
      return true;
    }
    const chosen = layouts[Number(key) - 1];
    if (chosen !== undefined) {
      setStored(String(chosen));
      return true;
    }
    return false;
  });

  const severalSites = (sites.data?.length ?? 0) > 1;
  const titleOf = (name: string) => sites.data?.find((s) => s.name === name)?.title || name;
  const zoneOf = (name: string) => knownZone(sites.data?.find((s) => s.name === name)?.timezone);

  if (cameras.error !== null && cameras.data === undefined) {
    return <ErrorPanel error={cameras.error} onRetry={() => void cameras.refetch()} />;
  }
  if (cameras.data === undefined) {
    return (
      <>
        <PageHeader title={texts.live.title}>
          <div className={classes.controls} />
        </PageHeader>
        <div className={classes.wall} data-columns={2} aria-busy>
          {Array.from({ length: 4 }, (_, i) => (
            <div key={i} className={classes.blank} />
          ))}
        </div>
      </>
    );
  }
  if (cameras.data.length === 0) {
    return (
      <>
        <PageHeader title={texts.live.title} hidden />
        <Notice
          title={texts.live.emptyTitle}
          text={may(user, "apply") ? texts.live.empty : texts.live.emptyForViewer}
          icon={<IconDeviceCctv size={26} stroke={1.6} />}
        >
          {may(user, "apply") && (
            <Button component={Link} to="/documents?new=camera">
              {texts.live.emptyAction}
            </Button>
          )}
        </Notice>
      </>
    );
  }

  if (enlarged !== undefined) {
    return (
      <div className={classes.single}>
        <PageHeader title={enlarged.title} hidden />
        <LiveTile
          key={`${enlarged.name} main`}
          camera={enlarged}
          stream="main"
          zone={zoneOf(enlarged.site)}
          large
          onToggle={() => set("camera", null)}
          {...overOf(enlarged.name)}
        />
        <div className={classes.singleActions}>
          {boxesButton}
          <LiftControls camera={enlarged.name} title={enlarged.title} />
          <Button
            component={Link}
            to={`/cameras/${enlarged.name}`}
            variant="default"
            leftSection={<IconInfoCircle size={16} aria-hidden />}
          >
            {texts.live.details}
          </Button>
          {may(user, "timeline") && (
            <Button
              component={Link}
              to={`/history/${enlarged.name}`}
              variant="default"
              leftSection={<IconHistory size={16} aria-hidden />}
            >
              {texts.camera.history}
            </Button>
          )}
        </div>
      </div>
    );
  }

  return (
    <>
      <PageHeader title={texts.live.title}>
        {severalSites && (
          <Select
            aria-label={texts.live.site}
            data={[
              { value: "", label: texts.live.allSites },
              ...(sites.data ?? []).map((s) => ({ value: s.name, label: s.title || s.name })),
            ]}
            value={site ?? ""}
            onChange={(value) => set("site", value === "" ? null : value)}
            allowDeselect={false}
            w={190}
          />
        )}
        {boxesButton}
        <SegmentedControl
          aria-label={texts.live.layout}
          value={String(layout)}
          onChange={setStored}
          data={layouts.map((n) => {
            const Icon = layoutIcons[n];
            return {
              value: String(n),
              label: (
                <span className={classes.layout} title={texts.live.layouts(n)}>
                  <Icon size={15} aria-hidden />
                  <span aria-hidden>{n}</span>
                  <span className="visually-hidden">{texts.live.layouts(n)}</span>
                </span>
              ),
            };
          })}
        />
        {pages > 1 && (
          <div className={classes.pager}>
            <ActionIcon
              variant="default"
              size="lg"
              disabled={page === 1}
              onClick={() => set("page", String(page - 1))}
              aria-label={texts.live.previous}
            >
              <IconChevronLeft size={18} />
            </ActionIcon>
            <span className="tabular">{texts.live.page(page, pages)}</span>
            <ActionIcon
              variant="default"
              size="lg"
              disabled={page === pages}
              onClick={() => set("page", String(page + 1))}
              aria-label={texts.live.next}
            >
              <IconChevronRight size={18} />
            </ActionIcon>
          </div>
        )}
      </PageHeader>
      {tiles.length === 0 ? (
        <Notice title={texts.live.emptyTitle} text={texts.live.emptySite} />
      ) : (
        <div className={classes.wall} data-columns={Math.sqrt(layout)}>
          {tiles.map((camera) => (
            <LiveTile
              key={camera.name}
              camera={camera}
              stream={camera.streams.some((s) => s.stream === "sub") ? "sub" : "main"}
              zone={zoneOf(camera.site)}
              site={site === null && severalSites ? titleOf(camera.site) : undefined}
              onToggle={() => set("camera", camera.name)}
              {...overOf(camera.name)}
            />
          ))}
        </div>
      )}
    </>
  );
}

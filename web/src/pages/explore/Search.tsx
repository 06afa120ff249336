import { Button, Drawer, Loader, Select, TextInput } from "@mantine/core";
import { useIntersection } from "@mantine/hooks";
import { IconFilterOff, IconRefresh, IconSearchOff } from "@tabler/icons-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { Link } from "react-router-dom";
import { useTracks } from "../../api/eyes";
import type { Camera, Track } from "../../api/types";
import { ClipPlayer } from "../../components/ClipPlayer";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { texts } from "../../texts";
import { clockTime, dateTime, dateWords, duration } from "../../time/words";
import { trackWords } from "../review/words";
import classes from "./explore.module.css";
import { lengths, trackFilterOf, trackKeys } from "./filters";
import { TrackPicture } from "./TrackPicture";

type OnSet = (values: Record<string, string | null>) => void;

function Filters({
  params,
  cameras,
  zones,
  onSet,
}: {
  params: URLSearchParams;
  cameras: Camera[];
  zones: string[];
  onSet: OnSet;
}) {
  const t = texts.explore;
  const zone = params.get("zone") ?? "";
  const choice = (
    name: string,
    label: string,
    any: string,
    data: { value: string; label: string }[],
    width: number,
  ) => (
    <Select
      aria-label={label}
      data={[{ value: "", label: any }, ...data]}
      value={params.get(name) ?? ""}
      onChange={(value) => onSet({ [name]: value })}
      allowDeselect={false}
      searchable
      w={width}
    />
  );
  const words = (of: Record<string, string>) =>
    Object.entries(of).map(([value, label]) => ({ value, label }));
  return (
    <div className={classes.filters} role="group" aria-label={texts.compliance.show}>
      {choice(
        "camera",
        t.camera,
        texts.review.allCameras,
        cameras.map((c) => ({ value: c.name, label: c.title || c.name })),
        180,
      )}
      {choice("kind", t.kind, t.anyKind, words(t.classes), 130)}
      {choice("colour", t.colour, t.anyColour, words(t.colours), 130)}
      {choice("direction", t.direction, t.anyDirection, words(t.directions), 160)}
      {(zones.length > 0 || zone !== "") &&
        choice(
          "zone",
          t.zone,
          t.anyZone,
          [...new Set([...zones, ...(zone === "" ? [] : [zone])])]
            .sort()
            .map((value) => ({ value, label: value })),
          130,
        )}
      <Select
        aria-label={t.seconds}
        data={lengths.map((n) => ({
          value: String(n),
          label: n === 0 ? t.secondsValue(0) : `≥ ${t.secondsValue(n)}`,
        }))}
        value={params.get("min") ?? "0"}
        onChange={(value) => onSet({ min: value === "0" ? null : value })}
        allowDeselect={false}
        w={120}
      />
      <TextInput
        type="datetime-local"
        aria-label={t.from}
        leftSection={<span className={classes.inner}>{t.from}</span>}
        leftSectionWidth={52}
        value={params.get("from") ?? ""}
        onChange={(event) => onSet({ from: event.currentTarget.value })}
        w={236}
      />
      <TextInput
        type="datetime-local"
        aria-label={t.to}
        leftSection={<span className={classes.inner}>{t.to}</span>}
        leftSectionWidth={36}
        value={params.get("to") ?? ""}
        onChange={(event) => onSet({ to: event.currentTarget.value })}
        w={220}
      />
      {trackKeys.some((key) => params.has(key)) && (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          leftSection={<IconFilterOff size={15} aria-hidden />}
          onClick={() => onSet(Object.fromEntries(trackKeys.map((key) => [key, null])))}
        >
          {texts.review.clearFilters}
        </Button>
      )}
    </div>
  );
}

function Details({ track, camera, zone }: { track: Track; camera: string; zone: string }) {
  const t = texts.explore;
  const from = Date.parse(track.from);
  const title = trackWords(track);
  return (
    <div className={classes.detail} data-track-detail={track.id}>
      <div className={classes.big}>
        <TrackPicture key={track.id} track={track} title={title} />
      </div>
      <dl className={classes.facts}>
        <dt>{t.camera}</dt>
        <dd>
          <Link to={`/cameras/${track.camera}`}>{camera}</Link>
        </dd>
        <dt>{texts.review.whenAt}</dt>
        <dd className="tabular">{dateTime(from, zone)}</dd>
        <dt>{texts.review.length}</dt>
        <dd className="tabular">
          {duration(track.seconds * 1000)}
          {track.to === null && ` · ${t.lasting}`}
        </dd>
        <dt>{t.direction}</dt>
        <dd>{t.directions[track.direction] ?? track.direction}</dd>
        <dt>{t.zones}</dt>
        <dd>{track.zones.length === 0 ? t.noZones : track.zones.join(", ")}</dd>
      </dl>
      <ClipPlayer
        key={track.id}
        camera={track.camera}
        from={from}
        to={track.to === null ? null : Date.parse(track.to)}
        zone={zone}
      />
    </div>
  );
}

/** Everything that was tracked, found by what it was and did. */
export function Search({
  params,
  cameras,
  zoneOf,
  onSet,
}: {
  params: URLSearchParams;
  cameras: Camera[];
  zoneOf: (camera: string) => string;
  onSet: OnSet;
}) {
  const t = texts.explore;
  const query = params.toString();
  const filter = useMemo(() => trackFilterOf(new URLSearchParams(query)), [query]);
  const found = useTracks(filter);
  const [openId, setOpenId] = useState<string | null>(null);
  const tracks = useMemo(() => found.data?.pages.flatMap((page) => page.items) ?? [], [found.data]);
  const opened = tracks.find((track) => track.id === openId);
  const cameraOf = (name: string) => cameras.find((c) => c.name === name)?.title || name;

  const zones = useRef(new Set<string>());
  for (const track of tracks) for (const zone of track.zones) zones.current.add(zone);

  const { hasNextPage, isFetching, fetchNextPage } = found;
  const pages = found.data?.pages.length ?? 0;
  const { ref: sentinel, entry } = useIntersection({ rootMargin: "800px" });
  useEffect(() => {
    if (entry?.isIntersecting === true && hasNextPage && !isFetching) void fetchNextPage();
  }, [entry?.isIntersecting, hasNextPage, isFetching, fetchNextPage, pages]);

  return (
    <>
      <div className={classes.top}>
        <Filters params={params} cameras={cameras} zones={[...zones.current]} onSet={onSet} />
        <Button
          variant="default"
          leftSection={<IconRefresh size={16} aria-hidden />}
          loading={found.isRefetching}
          onClick={() => void found.refetch()}
        >
          {t.refresh}
        </Button>
      </div>
      <div data-tracks-found={tracks.length} aria-busy={isFetching}>
        {found.isPending ? (
          <div className={classes.grid} aria-busy>
            {Array.from({ length: 10 }, (_, i) => (
              <div key={i} className={classes.blank} />
            ))}
          </div>
        ) : found.error !== null && tracks.length === 0 ? (
          <ErrorPanel error={found.error} onRetry={() => void found.refetch()} />
        ) : tracks.length === 0 ? (
          <Notice
            title={t.emptyTitle}
            text={t.empty}
            icon={<IconSearchOff size={26} stroke={1.6} />}
          />
        ) : (
          <>
            <div className={classes.grid}>
              {tracks.map((track) => {
                const from = Date.parse(track.from);
                const zone = zoneOf(track.camera);
                return (
                  <button
                    key={track.id}
                    type="button"
                    className={classes.card}
                    data-track={track.id}
                    onClick={() => setOpenId(track.id)}
                    aria-label={`${trackWords(track)}, ${cameraOf(track.camera)}, ${dateTime(from, zone)}`}
                  >
                    <TrackPicture track={track} title={trackWords(track)} />
                    <span className={classes.text}>
                      <strong>{trackWords(track)}</strong>
                      <span className="tabular">
                        {track.to === null ? t.now : duration(track.seconds * 1000)}
                      </span>
                      <span className={classes.place}>{cameraOf(track.camera)}</span>
                      <span className={`${classes.place} tabular`} title={dateWords(from, zone)}>
                        {clockTime(from, zone)}
                      </span>
                    </span>
                  </button>
                );
              })}
            </div>
            <div ref={sentinel} className={classes.end}>
              {found.isFetchingNextPage ? (
                <Loader size="xs" aria-label={texts.review.loadingMore} />
              ) : hasNextPage ? (
                <Button variant="default" size="xs" onClick={() => void fetchNextPage()}>
                  {texts.actions.more}
                </Button>
              ) : (
                <span className="muted">{texts.review.end}</span>
              )}
            </div>
          </>
        )}
      </div>
      <Drawer
        opened={opened !== undefined}
        onClose={() => setOpenId(null)}
        position="right"
        size={560}
        title={opened !== undefined && <strong>{trackWords(opened)}</strong>}
        closeButtonProps={{ "aria-label": texts.actions.close }}
      >
        {opened !== undefined && (
          <Details track={opened} camera={cameraOf(opened.camera)} zone={zoneOf(opened.camera)} />
        )}
      </Drawer>
    </>
  );
}

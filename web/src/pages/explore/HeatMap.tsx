import { Select } from "@mantine/core";
import { IconFlame } from "@tabler/icons-react";
import { useMemo } from "react";
import { useHeat } from "../../api/eyes";
import type { Camera } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { LiveTile } from "../../components/LiveTile";
import { Notice } from "../../components/Notice";
import { useNow } from "../../components/use-now";
import { texts } from "../../texts";
import { kHour } from "../../time/zone";
import { percent } from "../accuracy/order";
import classes from "./explore.module.css";
import { colourOf, relative, strongest } from "./heat";

function Cells({ cells, words }: { cells: number[]; words: string }) {
  return (
    <svg
      className={classes.cells}
      viewBox="0 0 16 16"
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
      data-heat={cells.filter((c) => c > 0.01).length}
    >
      {cells.map((share, i) => (
        <rect
          key={i}
          x={i % 16}
          y={Math.floor(i / 16)}
          width={1.02}
          height={1.02}
          fill={colourOf(share)}
        />
      ))}
    </svg>
  );
}

/** Where something moved at one camera in a period, over the live picture where that may be seen. */
export function HeatMap({
  cameras,
  camera,
  hours,
  zone,
  onSet,
}: {
  cameras: Camera[];
  camera: Camera | undefined;
  hours: string;
  zone: string;
  onSet: (values: Record<string, string | null>) => void;
}) {
  const t = texts.explore;
  const user = useUser();
  // Whole hours are what the server keeps.
  const to = Math.ceil(useNow(60_000) / kHour) * kHour;
  const from = to - Number(hours) * kHour;
  const heat = useHeat(camera?.name, from, to);
  const shares = useMemo(() => relative(heat.data?.cells ?? []), [heat.data]);
  const most = strongest(heat.data?.cells ?? []);
  const words = most === null ? t.heatNone : t.heatMost(most.words, percent(most.value));
  return (
    <div className={classes.heat}>
      <div className={classes.filters}>
        <Select
          aria-label={t.camera}
          placeholder={t.camera}
          data={cameras.map((c) => ({ value: c.name, label: c.title || c.name }))}
          value={camera?.name ?? null}
          onChange={(value) => onSet({ camera: value })}
          allowDeselect={false}
          searchable
          w={220}
        />
        <Select
          aria-label={t.heatPeriod}
          data={Object.entries(t.heatPeriods).map(([value, label]) => ({ value, label }))}
          value={hours}
          onChange={(value) => onSet({ hours: value === "24" ? null : value })}
          allowDeselect={false}
          w={150}
        />
      </div>
      {camera === undefined ? (
        <Notice title={t.heat} text={t.heatChoose} icon={<IconFlame size={26} stroke={1.6} />} />
      ) : heat.error !== null && heat.data === undefined ? (
        <ErrorPanel error={heat.error} onRetry={() => void heat.refetch()} />
      ) : (
        <Card title={t.heatOf(camera.title || camera.name)}>
          <div className={classes.heatPicture}>
            {may(user, "live") ? (
              <LiveTile
                key={camera.name}
                camera={camera}
                stream={camera.streams.some((s) => s.stream === "sub") ? "sub" : "main"}
                zone={zone}
                large
                over={() => <Cells cells={shares} words={words} />}
              />
            ) : (
              <div className={classes.heatBlank}>
                <Cells cells={shares} words={words} />
              </div>
            )}
          </div>
          <div className={classes.heatLegend}>
            <span>{t.heatLow}</span>
            <span className={classes.ramp} aria-hidden />
            <span>{t.heatHigh}</span>
          </div>
          <p className={classes.heatWords}>
            {words}
            {heat.data !== undefined && heat.data.pictures > 0 && (
              <> {t.heatMade(heat.data.pictures.toLocaleString("en-GB"))}</>
            )}
          </p>
        </Card>
      )}
    </div>
  );
}

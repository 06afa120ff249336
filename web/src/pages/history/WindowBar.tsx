import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { IconBroadcast, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import { texts } from "../../texts";
import { clampWindow, span as lengthOf, type Window, zoomAt } from "../../timeline/scale";
import { kDay, startOfDay } from "../../time/zone";
import { DayPicker } from "./DayPicker";
import classes from "./history.module.css";

/** What zooming keeps in place: where we are, else the present, else the middle. */
export function anchorOf(window: Window, position: number | null): number {
  const now = Date.now();
  if (position !== null && position > window.from && position < window.to) return position;
  return now > window.from && now < window.to ? now : (window.from + window.to) / 2;
}

/** Which stretch of time is shown: a day, the present, nearer, further. */
export function WindowBar({
  camera,
  zone,
  window,
  position,
  now,
  onWindow,
  onDay,
  onLive,
}: {
  camera: string;
  zone: string;
  window: Window;
  position: number | null;
  now: number;
  onWindow: (window: Window) => void;
  onDay: (from: number) => void;
  onLive?: () => void;
}) {
  return (
    <div className={classes.zoom}>
      <DayPicker
        camera={camera}
        at={position ?? (window.from + window.to) / 2}
        zone={zone}
        onDay={(day) => {
          const from = startOfDay(day, zone);
          onWindow(clampWindow({ from, to: from + kDay }, Date.now()));
          onDay(from);
        }}
      />
      <Button
        variant="default"
        onClick={() => {
          const half = lengthOf(window) / 2;
          onWindow(clampWindow({ from: now - half, to: now + half }, now));
        }}
      >
        {texts.timeline.now}
      </Button>
      {onLive !== undefined && (
        <Button
          variant="default"
          leftSection={<IconBroadcast size={16} aria-hidden />}
          onClick={onLive}
        >
          {texts.history.goLive}
        </Button>
      )}
      {[
        { label: texts.timeline.zoomOut, factor: 2, Icon: IconZoomOut, key: "−" },
        { label: texts.timeline.zoomIn, factor: 0.5, Icon: IconZoomIn, key: "+" },
      ].map(({ label, factor, Icon, key }) => (
        <Tooltip key={key} label={`${label} (${key})`}>
          <ActionIcon
            variant="default"
            size={34}
            aria-label={label}
            onClick={() => onWindow(zoomAt(window, factor, anchorOf(window, position), now))}
          >
            <Icon size={17} />
          </ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}

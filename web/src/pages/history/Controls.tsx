import { ActionIcon, Button, SegmentedControl, Select, Tooltip } from "@mantine/core";
import {
  IconDownload,
  IconFrame,
  IconPlayerPauseFilled,
  IconPlayerPlayFilled,
  IconPlayerTrackNext,
  IconPlayerTrackPrev,
  IconRewindBackward10,
  IconRewindForward10,
  IconVolume,
  IconVolumeOff,
  IconX,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { StreamKind } from "../../api/types";
import type { SoundState } from "../../media/archive-sound";
import { texts } from "../../texts";
import type { Span } from "../../timeline/layout";
import { clockTime, dateWords, duration } from "../../time/words";
import classes from "./history.module.css";
import { speeds } from "./speeds";

function Key({
  label,
  hint,
  onClick,
  disabled,
  strong,
  children,
}: {
  label: string;
  hint: string;
  onClick: () => void;
  disabled: boolean;
  strong?: boolean;
  children: ReactNode;
}) {
  return (
    <Tooltip label={`${label} (${hint})`}>
      <ActionIcon
        variant={strong === true ? "filled" : "subtle"}
        color={strong === true ? "teal" : "gray"}
        size={strong === true ? 40 : 36}
        radius={strong === true ? "xl" : "sm"}
        onClick={onClick}
        disabled={disabled}
        aria-label={label}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

function SoundKey({
  sound,
  onListen,
  disabled,
}: {
  sound: { listening: boolean; state: SoundState };
  onListen: (listening: boolean) => void;
  disabled: boolean;
}) {
  const t = texts.history;
  const words = sound.listening ? t.sound[sound.state] : t.listen;
  return (
    <Tooltip label={words}>
      <ActionIcon
        variant="subtle"
        color={sound.listening && sound.state === "playing" ? "teal" : "gray"}
        size={36}
        onClick={() => onListen(!sound.listening)}
        disabled={disabled}
        aria-pressed={sound.listening}
        aria-label={words}
      >
        {sound.listening ? (
          <IconVolume size={19} stroke={1.7} />
        ) : (
          <IconVolumeOff size={19} stroke={1.7} />
        )}
      </ActionIcon>
    </Tooltip>
  );
}

export interface ControlsProps {
  position: number | null;
  zone: string;
  playing: boolean;
  rate: number;
  stream: StreamKind;
  hasSub: boolean;
  /** Null where the camera has no sound. */
  sound: { listening: boolean; state: SoundState } | null;
  selecting: boolean;
  range: Span | null;
  mayPlay: boolean;
  mayExport: boolean;
  onToggle: () => void;
  onMove: (ms: number) => void;
  onStep: (direction: 1 | -1) => void;
  onRate: (rate: number) => void;
  onStream: (stream: StreamKind) => void;
  onListen: (listening: boolean) => void;
  onSelecting: (on: boolean) => void;
  onClear: () => void;
  onExport: () => void;
}

export function Controls(props: ControlsProps) {
  const { position, zone, playing, range } = props;
  const t = texts.history;
  const idle = position === null;
  return (
    <div className={classes.controls}>
      <div className={classes.clock} aria-live="off">
        {position === null ? (
          <span className="muted">–</span>
        ) : (
          <>
            <strong className="tabular">{clockTime(position, zone)}</strong>
            <span className="muted">{dateWords(position, zone)}</span>
          </>
        )}
      </div>
      {props.mayPlay && (
        <div className={classes.transport} role="group" aria-label={t.play}>
          <Key label={t.back10} hint="J" onClick={() => props.onMove(-10_000)} disabled={idle}>
            <IconRewindBackward10 size={21} stroke={1.7} />
          </Key>
          <Key label={t.stepBack} hint="," onClick={() => props.onStep(-1)} disabled={idle}>
            <IconPlayerTrackPrev size={18} stroke={1.7} />
          </Key>
          <Key
            label={playing ? t.pause : t.play}
            hint="Space"
            onClick={props.onToggle}
            disabled={idle}
            strong
          >
            {playing ? <IconPlayerPauseFilled size={20} /> : <IconPlayerPlayFilled size={20} />}
          </Key>
          <Key label={t.stepForward} hint="." onClick={() => props.onStep(1)} disabled={idle}>
            <IconPlayerTrackNext size={18} stroke={1.7} />
          </Key>
          {props.sound !== null && (
            <SoundKey sound={props.sound} onListen={props.onListen} disabled={idle} />
          )}
          <Key label={t.forward10} hint="L" onClick={() => props.onMove(10_000)} disabled={idle}>
            <IconRewindForward10 size={21} stroke={1.7} />
          </Key>
          <Select
            aria-label={t.speed}
            data={speeds.map((s) => ({ value: String(s), label: `${s}×` }))}
            value={String(props.rate)}
            onChange={(value) => props.onRate(Number(value))}
            allowDeselect={false}
            w={78}
            size="xs"
          />
          {props.hasSub && (
            <SegmentedControl
              aria-label={t.quality}
              size="xs"
              value={props.stream}
              onChange={(value) => props.onStream(value as StreamKind)}
              data={[
                { value: "main", label: "Main" },
                { value: "sub", label: "Sub" },
              ]}
            />
          )}
        </div>
      )}
      <div className={classes.ranges}>
        {props.mayExport &&
          (range === null ? (
            <Button
              variant={props.selecting ? "light" : "default"}
              size="xs"
              leftSection={<IconFrame size={15} aria-hidden />}
              onClick={() => props.onSelecting(!props.selecting)}
              aria-pressed={props.selecting}
            >
              {t.select}
            </Button>
          ) : (
            <>
              <span className={`${classes.rangeText} tabular`}>
                {clockTime(range.from, zone)} – {clockTime(range.to, zone)}
              </span>
              <Button
                size="xs"
                leftSection={<IconDownload size={15} aria-hidden />}
                onClick={props.onExport}
              >
                {t.exportRange(duration(range.to - range.from))}
              </Button>
              <ActionIcon
                variant="subtle"
                color="gray"
                onClick={props.onClear}
                aria-label={t.clearRange}
              >
                <IconX size={16} />
              </ActionIcon>
            </>
          ))}
      </div>
    </div>
  );
}

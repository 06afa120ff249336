import { Button, Loader } from "@mantine/core";
import {
  IconAlertTriangle,
  IconArrowsDiagonal,
  IconArrowsDiagonalMinimize2,
  IconBan,
  IconEye,
  IconEyeOff,
  IconPlugConnectedX,
  IconPower,
} from "@tabler/icons-react";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { Link } from "react-router-dom";
import { sentence } from "../api/errors";
import { useLift } from "../api/lifts";
import type { Camera } from "../api/types";
import type { Rect } from "../media/picture-rect";
import { useLive } from "../media/use-live";
import { usePictureRect } from "../media/use-picture-rect";
import type { LiveState } from "../media/live-player";
import { texts } from "../texts";
import { clockTime } from "../time/words";
import { Left } from "./LiftControls";
import classes from "./LiveTile.module.css";

interface Words {
  icon: ReactNode;
  title: string;
  text?: string | undefined;
  tone?: "bad" | "wait";
  law?: boolean;
}

function mainStream(camera: Camera) {
  return camera.streams.find((s) => s.stream === "main") ?? camera.streams[0];
}

/** What lies over the picture, if anything does; first what stops it, then what delays it. */
function overlayOf(camera: Camera, state: LiveState, zone: string): Words | null {
  const main = mainStream(camera);
  const since = main?.last_packet
    ? texts.live.noSignalSince(clockTime(Date.parse(main.last_packet), zone))
    : texts.live.noSignal;
  if (!camera.enabled || main?.state === "off") {
    return { icon: <IconPower />, title: texts.live.off };
  }
  if (main?.state === "refused" || camera.recording.verdict === "refuse") {
    return {
      icon: <IconBan />,
      title: texts.live.refusedTitle,
      text: camera.recording.words || main?.words,
      tone: "bad",
      law: true,
    };
  }
  if (camera.live_view.verdict === "refuse") {
    return {
      icon: <IconBan />,
      title: texts.live.viewRefusedTitle,
      text: camera.live_view.words,
      tone: "bad",
      law: true,
    };
  }
  // The server knows that nothing comes; no need to wait here to find out.
  if (main?.state === "waiting" && state.kind !== "playing") {
    return { icon: <IconPlugConnectedX />, title: since, text: main.words, tone: "wait" };
  }
  switch (state.kind) {
    case "playing":
      return null;
    case "connecting":
      return { icon: <Loader size={22} color="gray" />, title: texts.live.connecting };
    case "silent":
      return {
        icon: <IconPlugConnectedX />,
        title: since,
        text: main?.state === "recording" || main?.state === "live" ? undefined : main?.words,
        tone: "wait",
      };
    case "reconnecting":
      return { icon: <IconPlugConnectedX />, title: since, text: "", tone: "wait" };
    case "refused":
      return {
        icon: <IconBan />,
        title: texts.live.viewRefusedTitle,
        text: state.error.message,
        tone: "bad",
        law: true,
      };
    case "ended":
      return {
        icon: <IconPlugConnectedX />,
        title: texts.live.ended,
        text: sentence(state.words),
        tone: "wait",
      };
    case "unsupported":
      return {
        icon: <IconAlertTriangle />,
        title: texts.live.unsupported,
        text: `${texts.live.unsupportedStep} (${state.mime})`,
        tone: "bad",
      };
  }
}

function Countdown({ at }: { at: number }) {
  const [now, setNow] = useState(Date.now());
  useEffect(() => {
    const timer = setInterval(() => setNow(Date.now()), 500);
    return () => clearInterval(timer);
  }, []);
  return <p>{texts.live.reconnecting(Math.max(0, Math.ceil((at - now) / 1000)))}</p>;
}

/** One live picture with its name, its delay, and words when there is no picture. */
export function LiveTile({
  camera,
  stream,
  zone,
  site,
  large = false,
  onToggle,
  over,
}: {
  camera: Camera;
  stream: "main" | "sub";
  zone: string;
  /** Said beside the name where cameras of several sites stand together. */
  site?: string | undefined;
  large?: boolean;
  onToggle?: () => void;
  /** Drawn over the picture, exactly as large as it; also while there is none. */
  over?: (size: Rect, shown: boolean, shownAt: () => number | null) => ReactNode;
}) {
  const tile = useRef<HTMLElement>(null);
  const video = useRef<HTMLVideoElement>(null);
  const lift = useLift(camera.name);
  // On the wall everybody stays masked: what nobody looks at closely needs nobody's face.
  const clear = large && lift !== null;
  const permitted = camera.enabled && camera.live_view.verdict !== "refuse";
  const { state, delay, shownAt } = useLive(
    video,
    camera.name,
    stream,
    clear,
    permitted && camera.recording.verdict !== "refuse",
    `${camera.live_view.verdict} ${camera.recording.verdict}`,
  );
  const overlay = overlayOf(camera, state, zone);
  const shown = overlay === null;
  const rect = usePictureRect(tile, video, over !== undefined);
  return (
    <article
      ref={tile}
      className={classes.tile}
      data-camera={camera.name}
      data-large={large}
      data-shown={clear ? "clear" : "masked"}
      data-live={shown ? "playing" : overlay.law ? "refused" : state.kind}
      data-delay-ms={shown && delay !== null ? delay : undefined}
      aria-label={camera.title}
    >
      <video ref={video} muted playsInline disablePictureInPicture tabIndex={-1} aria-hidden />
      {overlay !== null && (
        <div className={classes.overlay} data-tone={overlay.tone} role="status">
          <div className={classes.words}>
            <span className={classes.icon} aria-hidden>
              {overlay.icon}
            </span>
            <strong>{overlay.title}</strong>
            {overlay.text !== undefined && overlay.text !== "" && <p>{overlay.text}</p>}
            {state.kind === "reconnecting" && overlay.law !== true && <Countdown at={state.at} />}
            {overlay.law === true && (
              <Button
                component={Link}
                to={`/cameras/${camera.name}#law`}
                size="compact-sm"
                variant="white"
                color="dark"
              >
                {texts.live.why}
              </Button>
            )}
          </div>
        </div>
      )}
      {over !== undefined && rect !== null && (
        <div
          className={classes.over}
          style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}
        >
          {over(rect, shown, shownAt)}
        </div>
      )}
      <div className={classes.bar}>
        <Link to={`/cameras/${camera.name}`} className={classes.name}>
          {camera.title}
          {site !== undefined && <span>{site}</span>}
        </Link>
        {shown && (
          <span
            className={classes.shownAs}
            data-clear={clear}
            title={clear ? undefined : texts.lifts.maskedHint}
          >
            {clear ? <IconEye size={14} aria-hidden /> : <IconEyeOff size={14} aria-hidden />}
            {clear ? texts.lifts.clear : texts.lifts.masked}
            {lift !== null && clear && (
              <>
                {" · "}
                <Left lift={lift} />
              </>
            )}
          </span>
        )}
        {shown && delay !== null && (
          <span
            className={classes.delay}
            title={texts.live.delayLabel((delay / 1000).toFixed(1))}
            aria-label={texts.live.delayLabel((delay / 1000).toFixed(1))}
          >
            {texts.live.delay((delay / 1000).toFixed(1))}
          </span>
        )}
      </div>
      {onToggle !== undefined && (
        <button
          type="button"
          className={classes.enlarge}
          onClick={onToggle}
          aria-label={large ? texts.live.shrink : texts.live.enlarge(camera.title)}
        >
          {large ? <IconArrowsDiagonalMinimize2 size={18} /> : <IconArrowsDiagonal size={18} />}
        </button>
      )}
    </article>
  );
}

import { Anchor, Button, Skeleton, Tooltip } from "@mantine/core";
import {
  IconCameraOff,
  IconEyeOff,
  IconHistory,
  IconObjectScan,
  IconPolygon,
} from "@tabler/icons-react";
import { useEffect } from "react";
import { Link, useLocation, useNavigate, useParams } from "react-router-dom";
import { ApiError } from "../../api/errors";
import { useCamera, useCameraCompliance, useSites, useTimeline } from "../../api/queries";
import type { Camera, Cell, StreamHealth } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { answerOf, Badge, StateBadge, VerdictBadge, VerdictIcon } from "../../components/Badges";
import { BoxesOverlay } from "../../components/BoxesOverlay";
import { Card } from "../../components/Card";
import { CellDetails } from "../../components/CellDetails";
import { ErrorPanel } from "../../components/ErrorPanel";
import { LiftControls } from "../../components/LiftControls";
import { LiveTile } from "../../components/LiveTile";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { useBoxes } from "../../components/use-boxes";
import { useNow } from "../../components/use-now";
import type { Rect } from "../../media/picture-rect";
import { texts } from "../../texts";
import { gapsOf, spansOf } from "../../timeline/from-api";
import { Timeline } from "../../timeline/Timeline";
import { ago, bitrate, bytes, dateTime } from "../../time/words";
import { kDay, kMinute, knownZone } from "../../time/zone";
import { AnalyticsPanel } from "./AnalyticsPanel";
import classes from "./cameras.module.css";

function StreamFacts({ health }: { health: StreamHealth }) {
  const now = useNow(1000);
  const t = texts.camera;
  return (
    <div className={classes.stream}>
      <div className={classes.streamHead}>
        {health.stream === "main" ? "Main" : "Sub"}
        <StateBadge state={health.state} />
      </div>
      {health.state !== "recording" && health.state !== "live" && (
        <p className={classes.words}>{health.words}</p>
      )}
      <dl className={`${classes.facts} tabular`}>
        <dt>{t.picture}</dt>
        <dd>
          {health.width === null ? "–" : `${health.width} × ${health.height}`}
          {health.codec !== null && <span className="muted"> {health.codec}</span>}
        </dd>
        <dt>{t.frames}</dt>
        <dd>{t.framesValue(health.frames_per_second.toFixed(1))}</dd>
        <dt>{t.bitrate}</dt>
        <dd>{bitrate(health.bits_per_second)}</dd>
        <dt>{t.reconnects}</dt>
        <dd>{health.reconnects}</dd>
        <dt>{t.lost}</dt>
        <dd>{health.lost_packets}</dd>
        <dt>{t.lastPacket}</dt>
        <dd>{health.last_packet === null ? t.never : ago(Date.parse(health.last_packet), now)}</dd>
        {health.sound !== null && (
          <>
            <dt>{t.sound}</dt>
            <dd>{health.sound}</dd>
          </>
        )}
        {health.durable_to !== null && (
          <>
            <dt>{t.durable}</dt>
            <dd>{ago(Date.parse(health.durable_to), now)}</dd>
          </>
        )}
      </dl>
    </div>
  );
}

function Law({ cells }: { cells: Cell[] }) {
  const main = ["recording", "live_view"];
  return (
    <>
      {cells
        .filter((cell) => main.includes(cell.capability))
        .map((cell) => (
          <div key={cell.capability} className={classes.verdict}>
            <div className={classes.verdictHead}>
              <h3>{texts.capability(cell.capability)}</h3>
              <VerdictBadge answer={answerOf(cell)} />
            </div>
            <CellDetails cell={cell} />
          </div>
        ))}
      <div className={classes.verdict}>
        <div className={classes.chips}>
          {cells
            .filter((cell) => !main.includes(cell.capability))
            .map((cell) => (
              <Link
                key={cell.capability}
                className={classes.chip}
                to={`/compliance?camera=${cell.camera}&capability=${cell.capability}`}
                title={texts.verdicts[answerOf(cell)].label}
              >
                <Badge
                  tone={answerOf(cell)}
                  icon={<VerdictIcon answer={answerOf(cell)} size={14} />}
                >
                  {texts.capability(cell.capability)}
                  <span className="visually-hidden">: {texts.verdicts[answerOf(cell)].label}</span>
                </Badge>
              </Link>
            ))}
        </div>
      </div>
    </>
  );
}

function Today({ camera, zone }: { camera: string; zone: string }) {
  const navigate = useNavigate();
  const minute = Math.ceil(useNow(10_000) / kMinute) * kMinute;
  const window = { from: minute - kDay, to: minute };
  const { data, error } = useTimeline(camera, "main", window.from, window.to, true, 30_000);
  if (error !== null && data === undefined) return <ErrorPanel error={error} />;
  if (data === undefined) return <Skeleton height={64} />;
  const now = Date.now();
  return (
    <Timeline
      window={window}
      zone={zone}
      now={now}
      spans={spansOf(data, now)}
      gaps={gapsOf(data, now)}
      compact
      onSeek={(at) => navigate(`/history/${camera}?t=${Math.round(at)}`)}
    />
  );
}

function Body({ camera }: { camera: Camera }) {
  const user = useUser();
  const sites = useSites();
  const compliance = useCameraCompliance(camera.name);
  const location = useLocation();
  const site = sites.data?.find((s) => s.name === camera.site);
  const zone = knownZone(site?.timezone);
  const t = texts.camera;
  const [boxes, toggleBoxes] = useBoxes();
  const loaded = compliance.data !== undefined;

  useEffect(() => {
    if (loaded && location.hash === "#law") {
      document.getElementById("law")?.scrollIntoView({ block: "start" });
    }
  }, [loaded, location.hash]);

  return (
    <>
      <PageHeader
        title={camera.title}
        lead={
          <>
            {site?.title ?? camera.site} ·{" "}
            {texts.purposeCodes[camera.purpose.code] ?? camera.purpose.code} ·{" "}
            <code>{camera.name}</code>
          </>
        }
      >
        {may(user, "live") && (
          <Tooltip label={texts.boxes.hint}>
            <Button
              variant={boxes ? "light" : "default"}
              aria-pressed={boxes}
              leftSection={<IconObjectScan size={16} aria-hidden />}
              onClick={toggleBoxes}
            >
              {texts.boxes.show}
            </Button>
          </Tooltip>
        )}
        {may(user, "documents") && (
          <Button
            component={Link}
            to={`/cameras/${camera.name}/zones`}
            variant="default"
            leftSection={<IconPolygon size={16} aria-hidden />}
          >
            {texts.zones.edit}
          </Button>
        )}
        {may(user, "timeline") && (
          <Button
            component={Link}
            to={`/history/${camera.name}`}
            variant="default"
            leftSection={<IconHistory size={16} aria-hidden />}
          >
            {t.history}
          </Button>
        )}
        <LiftControls camera={camera.name} title={camera.title} />
      </PageHeader>
      <div className={classes.grid}>
        <div className={classes.column}>
          {may(user, "live") ? (
            <LiveTile
              camera={camera}
              stream="main"
              zone={zone}
              large
              {...(boxes
                ? {
                    over: (size: Rect, playing: boolean, shownAt: () => number | null) =>
                      playing && (
                        <BoxesOverlay camera={camera.name} size={size} shownAt={shownAt} />
                      ),
                  }
                : {})}
            />
          ) : (
            <Card>
              <Notice
                title={t.noLive}
                text={texts.roleMeaning[user.role] ?? ""}
                icon={<IconEyeOff size={24} />}
              />
            </Card>
          )}
          {may(user, "timeline") && (
            <Card title={t.today}>
              <Today camera={camera.name} zone={zone} />
            </Card>
          )}
          <div id="law" style={{ scrollMarginTop: 16 }}>
            <Card
              title={t.law}
              actions={
                may(user, "matrix") && (
                  <Anchor component={Link} to={`/compliance?camera=${camera.name}`} size="sm">
                    {texts.compliance.openMatrix}
                  </Anchor>
                )
              }
            >
              {compliance.error !== null && !loaded ? (
                <ErrorPanel error={compliance.error} onRetry={() => void compliance.refetch()} />
              ) : loaded ? (
                <Law cells={compliance.data.cells} />
              ) : (
                <Skeleton height={140} />
              )}
            </Card>
          </div>
        </div>
        <div className={classes.column}>
          <AnalyticsPanel camera={camera.name} />
          <Card title={t.health}>
            {camera.streams.map((health) => (
              <StreamFacts key={health.stream} health={health} />
            ))}
          </Card>
          <Card title={t.storage}>
            <dl className={`${classes.facts} tabular`}>
              <dt>{t.retention}</dt>
              <dd>
                {t.days(camera.retention.effective_days)}
                {camera.retention.effective_days < camera.retention.asked_days && (
                  <div className={classes.sub}>
                    {t.capped(camera.retention.asked_days, camera.retention.effective_days)}
                  </div>
                )}
              </dd>
              <dt>{t.storage}</dt>
              <dd>
                {bytes(camera.usage.bytes)}
                <div className={classes.sub}>{t.segments(camera.usage.segments)}</div>
              </dd>
              <dt>{t.oldest}</dt>
              <dd>
                {camera.usage.oldest === null
                  ? "–"
                  : dateTime(Date.parse(camera.usage.oldest), zone)}
              </dd>
            </dl>
          </Card>
        </div>
      </div>
    </>
  );
}

export default function CameraPage() {
  const { name = "" } = useParams();
  const camera = useCamera(name);
  if (camera.data === undefined && camera.error !== null) {
    if (camera.error instanceof ApiError && camera.error.kind === "not_found") {
      return (
        <Notice
          title={texts.camera.notFoundTitle}
          text={texts.camera.notFoundStep}
          icon={<IconCameraOff size={26} stroke={1.6} />}
        >
          <Button component={Link} to="/cameras" variant="default">
            {texts.camera.title}
          </Button>
        </Notice>
      );
    }
    return <ErrorPanel error={camera.error} onRetry={() => void camera.refetch()} />;
  }
  if (camera.data === undefined) return <PageSkeleton />;
  return <Body camera={camera.data} />;
}

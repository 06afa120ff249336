import { Button, Table, TextInput } from "@mantine/core";
import { IconDeviceCctv, IconPlus, IconSearch } from "@tabler/icons-react";
import { useState } from "react";
import { Link } from "react-router-dom";
import { useCameras, useSites } from "../../api/queries";
import type { Camera } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { answerOf, StateBadge, VerdictBadge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { texts } from "../../texts";
import { bitrate, bytes } from "../../time/words";
import classes from "./cameras.module.css";

function Row({ camera, site }: { camera: Camera; site: string }) {
  const main = camera.streams.find((s) => s.stream === "main");
  const flows = main?.state === "recording" || main?.state === "live";
  return (
    <Table.Tr>
      <Table.Td>
        <Link to={`/cameras/${camera.name}`} className={classes.link}>
          {camera.title}
        </Link>
        <div className={classes.sub}>{camera.name}</div>
      </Table.Td>
      <Table.Td>{site}</Table.Td>
      <Table.Td>{main !== undefined && <StateBadge state={main.state} />}</Table.Td>
      <Table.Td>
        <VerdictBadge answer={answerOf(camera.recording)} />
      </Table.Td>
      <Table.Td className="tabular">
        {flows && main !== undefined ? (
          <>
            {main.width} × {main.height}
            <div className={classes.sub}>
              {main.frames_per_second.toFixed(0)} /s · {bitrate(main.bits_per_second)}
            </div>
          </>
        ) : (
          <span className="muted">–</span>
        )}
      </Table.Td>
      <Table.Td className="tabular">
        {texts.camera.days(camera.retention.effective_days)}
        {camera.retention.effective_days < camera.retention.asked_days && (
          <div className={classes.sub}>
            {texts.camera.capped(camera.retention.asked_days, camera.retention.effective_days)}
          </div>
        )}
      </Table.Td>
      <Table.Td className="tabular">{bytes(camera.usage.bytes)}</Table.Td>
    </Table.Tr>
  );
}

export default function CamerasPage() {
  const user = useUser();
  const cameras = useCameras(10_000);
  const sites = useSites();
  const [find, setFind] = useState("");
  const t = texts.camera;
  const titleOf = (name: string) => sites.data?.find((s) => s.name === name)?.title || name;
  const wanted = find.trim().toLowerCase();
  const shown = (cameras.data ?? []).filter((camera) =>
    `${camera.name} ${camera.title} ${titleOf(camera.site)}`.toLowerCase().includes(wanted),
  );

  return (
    <>
      <PageHeader title={t.title} lead={t.lead}>
        <TextInput
          aria-label={t.search}
          placeholder={t.search}
          leftSection={<IconSearch size={16} aria-hidden />}
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
        {may(user, "apply") && (
          <Button
            component={Link}
            to="/documents?new=camera"
            leftSection={<IconPlus size={16} aria-hidden />}
          >
            {t.add}
          </Button>
        )}
      </PageHeader>
      {cameras.data === undefined && cameras.error !== null ? (
        <ErrorPanel error={cameras.error} onRetry={() => void cameras.refetch()} />
      ) : cameras.data?.length === 0 ? (
        <Notice
          title={t.emptyTitle}
          text={may(user, "apply") ? t.empty : texts.live.emptyForViewer}
          icon={<IconDeviceCctv size={26} stroke={1.6} />}
        />
      ) : (
        <Card flush>
          {cameras.data === undefined ? (
            <RowsSkeleton />
          ) : (
            <Table.ScrollContainer minWidth={880}>
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    {[t.name, t.site, t.state, t.law, t.picture, t.retention, t.storage].map(
                      (head) => (
                        <Table.Th key={head}>{head}</Table.Th>
                      ),
                    )}
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {shown.map((camera) => (
                    <Row key={camera.name} camera={camera} site={titleOf(camera.site)} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )}
        </Card>
      )}
    </>
  );
}

import { Select } from "@mantine/core";
import { IconDeviceCctv } from "@tabler/icons-react";
import { useNavigate, useParams } from "react-router-dom";
import { useCameras, useSites } from "../../api/queries";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { texts } from "../../texts";
import { knownZone } from "../../time/zone";
import { Player } from "./Player";

export default function HistoryPage() {
  const { name } = useParams();
  const cameras = useCameras();
  const sites = useSites();
  const navigate = useNavigate();
  const t = texts.history;

  if (cameras.data === undefined) {
    return cameras.error === null ? (
      <PageSkeleton rows={3} />
    ) : (
      <ErrorPanel error={cameras.error} onRetry={() => void cameras.refetch()} />
    );
  }
  if (cameras.data.length === 0) {
    return (
      <>
        <PageHeader title={t.title} hidden />
        <Notice title={t.emptyTitle} text={t.empty} icon={<IconDeviceCctv size={26} />} />
      </>
    );
  }
  const camera =
    cameras.data.find((c) => c.name === name) ?? (name === undefined ? cameras.data[0] : undefined);
  const site = sites.data?.find((s) => s.name === camera?.site);
  return (
    <>
      <PageHeader title={t.title}>
        <Select
          aria-label={t.camera}
          data={cameras.data.map((c) => ({ value: c.name, label: c.title || c.name }))}
          value={camera?.name ?? null}
          onChange={(value) => {
            if (value !== null) navigate(`/history/${value}${globalThis.location.search}`);
          }}
          allowDeselect={false}
          searchable
          w={240}
        />
      </PageHeader>
      {camera === undefined ? (
        <Notice title={texts.camera.notFoundTitle} text={texts.camera.notFoundStep} />
      ) : (
        <Player key={camera.name} camera={camera} zone={knownZone(site?.timezone)} />
      )}
    </>
  );
}

import { Tabs } from "@mantine/core";
import { IconFlame, IconSearch } from "@tabler/icons-react";
import { useCallback } from "react";
import { useSearchParams } from "react-router-dom";
import { useCameras, useSites } from "../../api/queries";
import { ErrorPanel } from "../../components/ErrorPanel";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { texts } from "../../texts";
import { knownZone } from "../../time/zone";
import { HeatMap } from "./HeatMap";
import { Search } from "./Search";

export default function ExplorePage() {
  const t = texts.explore;
  const [params, setParams] = useSearchParams();
  const cameras = useCameras();
  const sites = useSites();
  const view = params.get("view") === "heat" ? "heat" : "objects";
  const hours = params.get("hours") ?? "24";
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
  const zoneOf = (name: string) => {
    const site = cameras.data?.find((c) => c.name === name)?.site;
    return knownZone(sites.data?.find((s) => s.name === site)?.timezone);
  };

  if (cameras.data === undefined) {
    return cameras.error === null ? (
      <PageSkeleton />
    ) : (
      <ErrorPanel error={cameras.error} onRetry={() => void cameras.refetch()} />
    );
  }
  const chosen =
    cameras.data.find((c) => c.name === params.get("camera")) ??
    (cameras.data.length === 1 ? cameras.data[0] : undefined);
  return (
    <>
      <PageHeader title={t.title} lead={t.lead} />
      <Tabs
        value={view}
        onChange={(value) => set({ view: value === "heat" ? "heat" : null })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          <Tabs.Tab value="objects" leftSection={<IconSearch size={15} aria-hidden />}>
            {t.objects}
          </Tabs.Tab>
          <Tabs.Tab value="heat" leftSection={<IconFlame size={15} aria-hidden />}>
            {t.heat}
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="objects">
          <Search params={params} cameras={cameras.data} zoneOf={zoneOf} onSet={set} />
        </Tabs.Panel>
        <Tabs.Panel value="heat">
          <HeatMap
            cameras={cameras.data}
            camera={chosen}
            hours={Object.hasOwn(t.heatPeriods, hours) ? hours : "24"}
            zone={chosen === undefined ? "UTC" : zoneOf(chosen.name)}
            onSet={set}
          />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

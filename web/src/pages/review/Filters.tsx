import { Button, Select, Switch, TextInput } from "@mantine/core";
import { IconFilterOff } from "@tabler/icons-react";
import type { Camera } from "../../api/types";
import { texts } from "../../texts";
import { isFiltered, whenOf } from "./filters";
import classes from "./review.module.css";
import { kindWords, reviewKinds } from "./words";

/** Camera, kind, zone, time, not viewed: what the list is about. */
export function Filters({
  params,
  cameras,
  zones,
  today,
  onSet,
}: {
  params: URLSearchParams;
  cameras: Camera[];
  zones: string[];
  today: string;
  onSet: (values: Record<string, string | null>) => void;
}) {
  const t = texts.review;
  const when = whenOf(params);
  const kind = params.get("kind") ?? "";
  const zone = params.get("zone") ?? "";
  const any = (label: string) => ({ value: "", label });
  return (
    <div className={classes.filters} role="group" aria-label={texts.compliance.show}>
      <Select
        aria-label={t.camera}
        data={[
          any(t.allCameras),
          ...cameras.map((c) => ({ value: c.name, label: c.title || c.name })),
        ]}
        value={params.get("camera") ?? ""}
        onChange={(value) => onSet({ camera: value })}
        allowDeselect={false}
        searchable
        w={180}
      />
      <Select
        aria-label={t.kind}
        data={[
          any(t.allKinds),
          ...[...new Set([...reviewKinds, ...(kind === "" ? [] : [kind])])].map((value) => ({
            value,
            label: kindWords(value),
          })),
        ]}
        value={kind}
        onChange={(value) => onSet({ kind: value })}
        allowDeselect={false}
        searchable
        w={170}
      />
      {(zones.length > 0 || zone !== "") && (
        <Select
          aria-label={t.zone}
          data={[
            any(t.allZones),
            ...[...new Set([...zones, ...(zone === "" ? [] : [zone])])].sort(),
          ]}
          value={zone}
          onChange={(value) => onSet({ zone: value })}
          allowDeselect={false}
          searchable
          w={140}
        />
      )}
      <Select
        aria-label={t.when}
        data={Object.entries(t.times).map(([value, label]) => ({ value, label }))}
        value={when}
        onChange={(value) =>
          onSet({
            when: value === "any" ? null : value,
            date: value === "date" ? (params.get("date") ?? today) : null,
          })
        }
        allowDeselect={false}
        w={140}
      />
      {when === "date" && (
        <TextInput
          type="date"
          aria-label={t.date}
          value={params.get("date") ?? today}
          max={today}
          onChange={(event) => {
            if (event.currentTarget.value !== "") onSet({ date: event.currentTarget.value });
          }}
          w={150}
        />
      )}
      <Switch
        label={t.unviewed}
        checked={params.get("unviewed") === "1"}
        onChange={(event) => onSet({ unviewed: event.currentTarget.checked ? "1" : null })}
      />
      {isFiltered(params) && (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          leftSection={<IconFilterOff size={15} aria-hidden />}
          onClick={() =>
            onSet({ camera: null, kind: null, zone: null, when: null, date: null, unviewed: null })
          }
        >
          {t.clearFilters}
        </Button>
      )}
    </div>
  );
}

import { Button } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { IconArrowLeft, IconCameraOff, IconDeviceFloppy } from "@tabler/icons-react";
import { useEffect, useMemo, useState } from "react";
import { Link, useParams } from "react-router-dom";
import { useCamera, useSites } from "../../api/queries";
import type { Camera } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { ErrorPanel } from "../../components/ErrorPanel";
import { LiveTile } from "../../components/LiveTile";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { texts } from "../../texts";
import { knownZone } from "../../time/zone";
import { readScene } from "./document";
import { freeName, kMostZones, type Point } from "./geometry";
import { LeaveGuard } from "./LeaveGuard";
import { RuleList, Settings, ZoneList } from "./Panel";
import { SaveDialog } from "./SaveDialog";
import { Toolbar, toolKeys } from "./Toolbar";
import { useCameraText } from "./use-camera-text";
import { useScene, withoutZone } from "./use-scene";
import { problemsOf } from "./validate";
import { type Tool, ZoneCanvas } from "./ZoneCanvas";
import classes from "./zones.module.css";

function Blank({ over }: { over: (size: { width: number; height: number }) => React.ReactNode }) {
  const [size, setSize] = useState<{ width: number; height: number } | null>(null);
  return (
    <div
      className={classes.blank}
      ref={(element) => {
        if (element !== null && size === null) {
          setSize({ width: element.clientWidth, height: element.clientHeight });
        }
      }}
    >
      {size !== null && over(size)}
    </div>
  );
}

function Editor({ camera, zone, loaded }: { camera: Camera; zone: string; loaded: string }) {
  const t = texts.zones;
  const user = useUser();
  const client = useQueryClient();
  const readOnly = !may(user, "apply");
  const first = useMemo(() => readScene(loaded), [loaded]);
  const { scene, edit, undo, redo, begin, canUndo, canRedo } = useScene(first);
  const [selected, setSelected] = useState<number | null>(null);
  const [open, setOpen] = useState<number | null>(null);
  const [tool, setTool] = useState<Tool>("select");
  const [saving, setSaving] = useState(false);
  const problems = useMemo(() => problemsOf(scene.zones, scene.rules), [scene]);
  const bad = useMemo(
    () => new Set(problems.filter((p) => p.what === "zone").map((p) => p.index)),
    [problems],
  );
  const dirty = useMemo(() => JSON.stringify(scene) !== JSON.stringify(first), [scene, first]);
  const full = scene.zones.length >= kMostZones;

  useEffect(() => {
    if (readOnly) return;
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (saving || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      const key = event.key.toLowerCase();
      if ((event.ctrlKey || event.metaKey) && (key === "z" || key === "y")) {
        event.preventDefault();
        if (key === "y" || event.shiftKey) redo();
        else undo();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      const next = toolKeys[key];
      if (next === undefined || (full && next !== "select")) return;
      event.preventDefault();
      setTool(next);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [readOnly, saving, full, undo, redo]);

  function drawn(points: Point[]) {
    const mask = tool === "mask";
    const names = scene.zones.filter((z) => (z.mask === true) === mask).map((z) => z.name);
    const base = mask ? "mask" : points.length === 2 ? "line" : "zone";
    const zone = { name: freeName(base, names), points, ...(mask ? { mask: true as const } : {}) };
    edit({ ...scene, zones: [...scene.zones, zone] });
    setSelected(scene.zones.length);
    setTool("select");
  }

  const canvas = (size: { width: number; height: number }) => (
    <div className={classes.layer}>
      <ZoneCanvas
        size={size}
        zones={scene.zones}
        bad={bad}
        selected={selected}
        tool={tool}
        readOnly={readOnly}
        onSelect={setSelected}
        onChange={(index, next, tag) =>
          edit({ ...scene, zones: scene.zones.map((z, i) => (i === index ? next : z)) }, tag)
        }
        onRemove={(index) => {
          setSelected(null);
          edit(withoutZone(scene, index));
        }}
        onDrawn={drawn}
        onTool={setTool}
      />
    </div>
  );
  const hint =
    tool === "line" ? t.drawingLine(0) : tool === "select" ? t.selecting : t.drawingZone(0);

  // The server writes documents in its own way; what it says now is where drawing goes on.
  const reload = () => {
    setSaving(false);
    void client.resetQueries({ queryKey: ["camera-text", camera.name] });
  };

  return (
    <>
      <PageHeader title={t.of(camera.title || camera.name)} lead={readOnly ? t.readOnly : t.lead}>
        <Button
          component={Link}
          to={`/cameras/${camera.name}`}
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {texts.actions.back}
        </Button>
        {!readOnly && (
          <>
            {dirty && <Badge tone="wait">{t.unsaved}</Badge>}
            <Button
              variant="default"
              disabled={!dirty}
              onClick={() => {
                setSelected(null);
                setOpen(null);
                begin(first);
              }}
            >
              {t.discard}
            </Button>
            <Button
              leftSection={<IconDeviceFloppy size={17} aria-hidden />}
              disabled={!dirty || problems.length > 0}
              onClick={() => setSaving(true)}
            >
              {t.save}
            </Button>
          </>
        )}
      </PageHeader>
      <div className={classes.page} data-dirty={dirty} data-problems={problems.length}>
        <div className={classes.left}>
          {!readOnly && (
            <Toolbar
              tool={tool}
              full={full}
              canUndo={canUndo}
              canRedo={canRedo}
              onTool={setTool}
              onUndo={undo}
              onRedo={redo}
            />
          )}
          {may(user, "live") ? (
            <LiveTile camera={camera} stream="main" zone={zone} large over={canvas} />
          ) : (
            <Blank over={canvas} />
          )}
          {!readOnly && (
            <p className={classes.hint} role="status">
              {full && tool === "select" ? t.tooMany : hint}
            </p>
          )}
          {!may(user, "live") && <p className={classes.hint}>{t.noPicture}</p>}
          {problems.length > 0 && <p className={classes.problem}>{t.fix(problems.length)}</p>}
        </div>
        <div className={classes.right}>
          <ZoneList
            scene={scene}
            problems={problems}
            readOnly={readOnly}
            selected={selected}
            onSelect={setSelected}
            onEdit={edit}
          />
          <RuleList
            scene={scene}
            problems={problems}
            readOnly={readOnly}
            open={open}
            onOpen={setOpen}
            onEdit={edit}
          />
          <Settings scene={scene} readOnly={readOnly} onEdit={edit} />
        </div>
      </div>
      {saving && (
        <SaveDialog
          camera={camera.name}
          title={camera.title || camera.name}
          loaded={loaded}
          scene={scene}
          onClose={() => setSaving(false)}
          onSaved={reload}
          onReload={reload}
        />
      )}
      <LeaveGuard dirty={dirty && !saving} />
    </>
  );
}

export default function ZonesPage() {
  const { name = "" } = useParams();
  const camera = useCamera(name);
  const sites = useSites();
  const document = useCameraText(name);
  if (camera.data === undefined || document.data === undefined) {
    const error = camera.error ?? document.error;
    return error === null ? (
      <PageSkeleton />
    ) : (
      <ErrorPanel
        error={error}
        onRetry={() => {
          void camera.refetch();
          void document.refetch();
        }}
      />
    );
  }
  if (document.data.trim() === "") {
    return (
      <Notice
        title={texts.camera.notFoundTitle}
        text={texts.zones.notFound}
        icon={<IconCameraOff size={26} stroke={1.6} />}
      />
    );
  }
  const site = sites.data?.find((s) => s.name === camera.data.site);
  return (
    <Editor
      key={`${name} ${document.dataUpdatedAt}`}
      camera={camera.data}
      zone={knownZone(site?.timezone)}
      loaded={document.data}
    />
  );
}

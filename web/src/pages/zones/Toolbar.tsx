import { ActionIcon, SegmentedControl, Tooltip } from "@mantine/core";
import {
  IconArrowBackUp,
  IconArrowForwardUp,
  IconEyeOff,
  IconLine,
  IconPointer,
  IconPolygon,
} from "@tabler/icons-react";
import { texts } from "../../texts";
import type { Tool } from "./ZoneCanvas";
import classes from "./zones.module.css";

export const toolKeys: Record<string, Tool> = { v: "select", z: "zone", n: "line", p: "mask" };

export function Toolbar({
  tool,
  full,
  canUndo,
  canRedo,
  onTool,
  onUndo,
  onRedo,
}: {
  tool: Tool;
  /** No room for another shape. */
  full: boolean;
  canUndo: boolean;
  canRedo: boolean;
  onTool: (tool: Tool) => void;
  onUndo: () => void;
  onRedo: () => void;
}) {
  const t = texts.zones;
  const tools = [
    { value: "select", label: t.select, key: "V", Icon: IconPointer },
    { value: "zone", label: t.drawZone, key: "Z", Icon: IconPolygon },
    { value: "line", label: t.drawLine, key: "N", Icon: IconLine },
    { value: "mask", label: t.drawMask, key: "P", Icon: IconEyeOff },
  ];
  return (
    <div className={classes.toolbar} role="toolbar" aria-label={t.tools}>
      <SegmentedControl
        size="xs"
        value={tool}
        onChange={(value) => onTool(value as Tool)}
        data={tools.map(({ value, label, key, Icon }) => ({
          value,
          disabled: full && value !== "select",
          label: (
            <span className={classes.tool} title={`${label} (${key})`}>
              <Icon size={16} aria-hidden />
              {label}
            </span>
          ),
        }))}
      />
      <span className={classes.grow} />
      <Tooltip label={`${t.undo} (Ctrl+Z)`}>
        <ActionIcon
          variant="default"
          size={32}
          disabled={!canUndo}
          onClick={onUndo}
          aria-label={t.undo}
        >
          <IconArrowBackUp size={17} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label={`${t.redo} (Ctrl+Shift+Z)`}>
        <ActionIcon
          variant="default"
          size={32}
          disabled={!canRedo}
          onClick={onRedo}
          aria-label={t.redo}
        >
          <IconArrowForwardUp size={17} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

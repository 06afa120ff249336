import { ActionIcon, Button, MultiSelect, Switch, TextInput, Tooltip } from "@mantine/core";
import {
  IconArrowsLeftRight,
  IconChevronDown,
  IconChevronRight,
  IconEyeOff,
  IconLine,
  IconPlus,
  IconPolygon,
  IconTrash,
} from "@tabler/icons-react";
import { Card } from "../../components/Card";
import { texts } from "../../texts";
import type { Scene } from "./document";
import { flip, freeName, type Zone } from "./geometry";
import { RuleForm } from "./RuleForm";
import { classNames, kMostRules, newRule, type Rule } from "./rules";
import { kindOfShape } from "./Shape";
import { renamed, withoutZone } from "./use-scene";
import type { Problem } from "./validate";
import classes from "./zones.module.css";

const icons = { zone: IconPolygon, line: IconLine, mask: IconEyeOff };

function ProblemWords({
  problems,
  what,
  index,
}: {
  problems: Problem[];
  what: Problem["what"];
  index: number;
}) {
  const words = problems.find((p) => p.what === what && p.index === index)?.words;
  return words === undefined ? null : (
    <div className={classes.problem} role="status">
      {words}
    </div>
  );
}

interface Props {
  scene: Scene;
  problems: Problem[];
  readOnly: boolean;
  onEdit: (scene: Scene, tag?: string | null) => void;
}

export function ZoneList({
  scene,
  problems,
  readOnly,
  selected,
  onSelect,
  onEdit,
}: Props & { selected: number | null; onSelect: (index: number | null) => void }) {
  const t = texts.zones;
  const usedBy = (zone: Zone) =>
    zone.mask === true ? 0 : scene.rules.filter((rule) => rule.zone === zone.name).length;
  return (
    <Card title={t.list}>
      {scene.zones.length === 0 ? (
        <p className={classes.none}>{t.none}</p>
      ) : (
        <ul className={classes.zoneList}>
          {scene.zones.map((zone, index) => {
            const kind = kindOfShape(zone);
            const Icon = icons[kind];
            return (
              <li key={index} data-zone={zone.name} data-selected={selected === index}>
                <div className={classes.zoneRow}>
                  <Tooltip label={zone.mask === true ? t.maskHint : t[kind]}>
                    <button
                      type="button"
                      className={classes.zoneIcon}
                      data-kind={kind}
                      onClick={() => onSelect(index)}
                      aria-pressed={selected === index}
                      aria-label={t.shape(zone.name, t[kind])}
                    >
                      <Icon size={17} aria-hidden />
                    </button>
                  </Tooltip>
                  <TextInput
                    aria-label={t.name}
                    value={zone.name}
                    onFocus={() => onSelect(index)}
                    onChange={(event) =>
                      onEdit(renamed(scene, index, event.currentTarget.value), `name ${index}`)
                    }
                    disabled={readOnly}
                    spellCheck={false}
                    maxLength={63}
                    size="xs"
                    flex={1}
                  />
                  {kind !== "mask" && (
                    <span className={classes.used}>{t.usedBy(usedBy(zone))}</span>
                  )}
                  {kind === "line" && !readOnly && (
                    <Tooltip label={t.flip}>
                      <ActionIcon
                        variant="subtle"
                        color="gray"
                        aria-label={t.flip}
                        onClick={() =>
                          onEdit({
                            ...scene,
                            zones: scene.zones.map((z, i) => (i === index ? flip(z) : z)),
                          })
                        }
                      >
                        <IconArrowsLeftRight size={16} />
                      </ActionIcon>
                    </Tooltip>
                  )}
                  {!readOnly && (
                    <ActionIcon
                      variant="subtle"
                      color="gray"
                      aria-label={t.remove(zone.name)}
                      onClick={() => {
                        onSelect(null);
                        onEdit(withoutZone(scene, index));
                      }}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  )}
                </div>
                <ProblemWords problems={problems} what="zone" index={index} />
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}

export function RuleList({
  scene,
  problems,
  readOnly,
  open,
  onOpen,
  onEdit,
}: Props & { open: number | null; onOpen: (index: number | null) => void }) {
  const t = texts.zones;
  const put = (index: number, rule: Rule) =>
    onEdit(
      { ...scene, rules: scene.rules.map((r, i) => (i === index ? rule : r)) },
      `rule ${index}`,
    );
  return (
    <Card
      title={t.rules}
      actions={
        !readOnly &&
        scene.rules.length < kMostRules && (
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlus size={15} aria-hidden />}
            onClick={() => {
              const names = scene.rules.map((rule) => rule.name);
              const rule = newRule("intrusion", freeName("rule", names), scene.zones);
              onEdit({ ...scene, rules: [...scene.rules, rule] });
              onOpen(scene.rules.length);
            }}
          >
            {t.addRule}
          </Button>
        )
      }
    >
      {scene.rules.length === 0 ? (
        <p className={classes.none}>{t.noRules}</p>
      ) : (
        <ul className={classes.ruleList}>
          {scene.rules.map((rule, index) => (
            <li key={index} data-rule={rule.name} data-open={open === index}>
              <div className={classes.ruleHead}>
                <button
                  type="button"
                  className={classes.ruleButton}
                  aria-expanded={open === index}
                  onClick={() => onOpen(open === index ? null : index)}
                >
                  {open === index ? (
                    <IconChevronDown size={16} aria-hidden />
                  ) : (
                    <IconChevronRight size={16} aria-hidden />
                  )}
                  <span className={classes.dot} data-severity={rule.severity} aria-hidden />
                  <strong>{rule.name}</strong>
                  <span className="muted">
                    {texts.capability(rule.kind)} · {rule.zone === "" ? t.anywhere : rule.zone}
                  </span>
                </button>
                {!readOnly && (
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={t.removeRule(rule.name)}
                    onClick={() => {
                      onOpen(null);
                      onEdit({ ...scene, rules: scene.rules.filter((_, i) => i !== index) });
                    }}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                )}
              </div>
              <ProblemWords problems={problems} what="rule" index={index} />
              {open === index && (
                <RuleForm
                  rule={rule}
                  zones={scene.zones}
                  disabled={readOnly}
                  onChange={(next) => put(index, next)}
                />
              )}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

export function Settings({ scene, readOnly, onEdit }: Omit<Props, "problems">) {
  const t = texts.zones;
  return (
    <Card title={t.settings}>
      <div className={classes.settings}>
        <MultiSelect
          label={t.detect}
          description={t.detectHint}
          inputWrapperOrder={["label", "input", "description"]}
          data={classNames.map((value) => ({
            value,
            label: texts.explore.classes[value] ?? value,
          }))}
          value={scene.detect}
          onChange={(detect) =>
            onEdit({ ...scene, detect, anomaly: scene.anomaly && detect.length > 0 })
          }
          disabled={readOnly}
          size="xs"
        />
        <Switch
          label={t.anomaly}
          description={scene.detect.length === 0 ? t.anomalyNeeds : undefined}
          checked={scene.anomaly}
          disabled={readOnly || scene.detect.length === 0}
          onChange={(event) => onEdit({ ...scene, anomaly: event.currentTarget.checked })}
        />
        <Switch
          label={t.tamper}
          checked={scene.tamper}
          disabled={readOnly}
          onChange={(event) => onEdit({ ...scene, tamper: event.currentTarget.checked })}
        />
        <p className={classes.none}>{t.permitNote}</p>
      </div>
    </Card>
  );
}

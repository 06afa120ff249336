import { MultiSelect, NumberInput, SegmentedControl, Select, TextInput } from "@mantine/core";
import { texts } from "../../texts";
import type { Zone } from "./geometry";
import {
  changeKind,
  classNames,
  type Direction,
  directionsOf,
  fieldsOf,
  fits,
  kindsOfRule,
  limits,
  mayBeAnywhere,
  type NumberField,
  type Rule,
  tidied,
} from "./rules";
import { ScheduleEditor } from "./ScheduleEditor";
import classes from "./zones.module.css";

function NumberOf({
  rule,
  field,
  disabled,
  onChange,
}: {
  rule: Rule;
  field: NumberField | "cooldown";
  disabled: boolean;
  onChange: (rule: Rule) => void;
}) {
  const t = texts.zones;
  const { least, most, step, whole } = limits[field];
  return (
    <NumberInput
      label={t.fields[field]}
      description={t.fieldHints[field]}
      inputWrapperOrder={["label", "input", "description", "error"]}
      value={rule[field] ?? ""}
      min={least}
      max={most}
      step={step}
      allowDecimal={!whole}
      clampBehavior="none"
      size="xs"
      disabled={disabled}
      onChange={(value) => {
        const { [field]: _, ...rest } = rule;
        onChange(value === "" ? (rest as Rule) : { ...rule, [field]: Number(value) });
      }}
    />
  );
}

/** One rule with exactly the fields its kind needs. */
export function RuleForm({
  rule,
  zones,
  disabled,
  onChange,
}: {
  rule: Rule;
  zones: Zone[];
  disabled: boolean;
  onChange: (rule: Rule) => void;
}) {
  const t = texts.zones;
  const kind = kindsOfRule[rule.kind];
  const directions = directionsOf(rule, zones);
  const places = zones.filter((zone) => kind !== undefined && fits(kind.place, zone));
  return (
    <div className={classes.ruleForm}>
      <Select
        label={t.kind}
        description={t.kindHint[rule.kind]}
        inputWrapperOrder={["label", "input", "description", "error"]}
        data={Object.keys(kindsOfRule).map((value) => ({ value, label: texts.capability(value) }))}
        value={rule.kind}
        onChange={(value) => value !== null && onChange(changeKind(rule, value, zones))}
        allowDeselect={false}
        disabled={disabled}
        size="xs"
      />
      <TextInput
        label={t.name}
        value={rule.name}
        onChange={(event) => onChange({ ...rule, name: event.currentTarget.value })}
        disabled={disabled}
        spellCheck={false}
        maxLength={63}
        size="xs"
      />
      <Select
        label={t.where}
        data={[
          ...(kind !== undefined && mayBeAnywhere(kind.place)
            ? [{ value: "", label: t.anywhere }]
            : []),
          ...places.map((zone) => ({ value: zone.name, label: zone.name })),
        ]}
        value={rule.zone}
        onChange={(value) => onChange(tidied({ ...rule, zone: value ?? "" }, zones))}
        allowDeselect={false}
        disabled={disabled}
        size="xs"
      />
      <MultiSelect
        label={t.classes}
        data={classNames.map((value) => ({ value, label: texts.explore.classes[value] ?? value }))}
        value={rule.classes}
        onChange={(value) => onChange({ ...rule, classes: value })}
        disabled={disabled}
        size="xs"
      />
      {directions.length > 0 && (
        <Select
          label={rule.kind === "wrong_way" ? t.wrongDirection : t.direction}
          data={directions.map((value) => ({ value, label: t.directions[value] ?? value }))}
          value={rule.direction ?? "any"}
          onChange={(value) => onChange(tidied({ ...rule, direction: value as Direction }, zones))}
          allowDeselect={false}
          disabled={disabled}
          size="xs"
        />
      )}
      {fieldsOf(rule, zones).map((field) => (
        <NumberOf key={field} rule={rule} field={field} disabled={disabled} onChange={onChange} />
      ))}
      <div className={classes.wide}>
        <div className={classes.fieldLabel}>{t.severity}</div>
        <SegmentedControl
          aria-label={t.severity}
          size="xs"
          value={rule.severity}
          disabled={disabled}
          onChange={(value) => onChange({ ...rule, severity: value as Rule["severity"] })}
          data={Object.entries(t.severities).map(([value, label]) => ({ value, label }))}
        />
        <span className={classes.aside}>{t.severityHint[rule.severity]}</span>
      </div>
      <div className={classes.wide}>
        <ScheduleEditor
          schedule={rule.schedule}
          disabled={disabled}
          onChange={(schedule) => {
            const { schedule: _, ...rest } = rule;
            onChange(schedule === undefined ? rest : { ...rule, schedule });
          }}
        />
      </div>
      <NumberOf rule={rule} field="cooldown" disabled={disabled} onChange={onChange} />
      <NumberInput
        label={t.floor}
        description={t.floorHint}
        inputWrapperOrder={["label", "input", "description", "error"]}
        value={rule.min_precision === undefined ? "" : Math.round(rule.min_precision * 1000) / 10}
        min={0}
        max={100}
        step={5}
        clampBehavior="none"
        size="xs"
        disabled={disabled}
        onChange={(value) => {
          const { min_precision: _, ...rest } = rule;
          onChange(value === "" ? rest : { ...rule, min_precision: Number(value) / 100 });
        }}
      />
    </div>
  );
}

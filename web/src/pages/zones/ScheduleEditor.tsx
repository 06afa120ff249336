import { Checkbox, Group, Switch, TextInput } from "@mantine/core";
import { texts } from "../../texts";
import { days, type Schedule } from "./rules";
import classes from "./zones.module.css";

const kBegin: Schedule = { days: [...days], from: "20:00", to: "06:00" };

/** When a rule counts: on which days, from when to when. */
export function ScheduleEditor({
  schedule,
  disabled,
  onChange,
}: {
  schedule: Schedule | undefined;
  disabled: boolean;
  onChange: (schedule: Schedule | undefined) => void;
}) {
  const t = texts.zones;
  const overnight = schedule !== undefined && schedule.to < schedule.from;
  return (
    <div className={classes.schedule}>
      <Switch
        label={t.schedule}
        checked={schedule !== undefined}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked ? kBegin : undefined)}
      />
      {schedule !== undefined && (
        <>
          <Checkbox.Group
            aria-label={t.scheduleDays}
            value={schedule.days}
            onChange={(chosen) =>
              onChange({ ...schedule, days: days.filter((day) => chosen.includes(day)) })
            }
          >
            <Group gap={10}>
              {days.map((day) => (
                <Checkbox key={day} value={day} label={t.days[day]} size="xs" disabled={disabled} />
              ))}
            </Group>
          </Checkbox.Group>
          <Group gap={10} align="flex-end">
            <TextInput
              label={t.scheduleFrom}
              value={schedule.from}
              onChange={(event) => onChange({ ...schedule, from: event.currentTarget.value })}
              placeholder="20:00"
              maxLength={5}
              disabled={disabled}
              w={86}
              size="xs"
            />
            <TextInput
              label={t.scheduleTo}
              value={schedule.to}
              onChange={(event) => onChange({ ...schedule, to: event.currentTarget.value })}
              placeholder="06:00"
              maxLength={5}
              disabled={disabled}
              w={86}
              size="xs"
            />
            <span className={classes.overnight}>
              {overnight && t.overnight}
              {schedule.timezone !== undefined && ` ${schedule.timezone}`}
            </span>
          </Group>
        </>
      )}
    </div>
  );
}

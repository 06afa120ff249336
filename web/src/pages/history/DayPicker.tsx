import { Button, Popover } from "@mantine/core";
import { DatePicker } from "@mantine/dates";
import { IconCalendar } from "@tabler/icons-react";
import { useState } from "react";
import { useDays } from "../../api/queries";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import { addDays, dayOf } from "../../time/zone";
import classes from "./history.module.css";

/** A calendar whose days with recordings are underlined. */
export function DayPicker({
  camera,
  at,
  zone,
  onDay,
}: {
  camera: string;
  at: number;
  zone: string;
  onDay: (day: string) => void;
}) {
  const [opened, setOpened] = useState(false);
  const today = dayOf(Date.now(), zone);
  const days = useDays(camera, addDays(today, -398), addDays(today, 1), opened);
  const recorded = new Set(days.data?.days.map((d) => d.day));
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-start" shadow="md" trapFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconCalendar size={16} aria-hidden />}
          onClick={() => setOpened((o) => !o)}
          aria-label={`${texts.timeline.day}: ${dateWords(at, zone)}`}
        >
          {dateWords(at, zone)}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <DatePicker
          size="sm"
          value={dayOf(at, zone)}
          defaultDate={dayOf(at, zone)}
          maxDate={today}
          // Red is for what is refused, not for Sundays.
          weekendDays={[]}
          onChange={(day) => {
            if (day !== null) onDay(day);
            setOpened(false);
          }}
          renderDay={(day) => (
            <span className={classes.day} data-recorded={recorded.has(day)}>
              {Number(day.slice(8, 10))}
              {recorded.has(day) && (
                <span className="visually-hidden">, {texts.timeline.recorded}</span>
              )}
            </span>
          )}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

import { Anchor, Table } from "@mantine/core";
import { texts } from "../../texts";
import { dateTime, duration } from "../../time/words";
import classes from "./history.module.css";

/** When somebody could see people without masks at this camera. */
export function LiftTable({
  lifts,
  zone,
  onSeek,
}: {
  lifts: { from: number; to: number; user: string }[];
  zone: string;
  onSeek: (at: number) => void;
}) {
  const t = texts.timeline;
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={6} className={classes.gaps}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={190}>{t.from}</Table.Th>
            <Table.Th w={110}>{t.length}</Table.Th>
            <Table.Th>{texts.lifts.who}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {lifts.map((lift) => (
            <Table.Tr key={`${lift.from} ${lift.user}`} data-lift-from={lift.from}>
              <Table.Td className="tabular">
                <Anchor
                  component="button"
                  type="button"
                  size="sm"
                  onClick={() => onSeek(lift.from)}
                >
                  {dateTime(lift.from, zone)}
                </Anchor>
              </Table.Td>
              <Table.Td className="tabular">{duration(lift.to - lift.from)}</Table.Td>
              <Table.Td>
                <code>{lift.user}</code>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

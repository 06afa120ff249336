import { Anchor, Table } from "@mantine/core";
import { Link } from "react-router-dom";
import { texts } from "../../texts";
import type { GapSpan } from "../../timeline/layout";
import { causeWords } from "../../timeline/Timeline";
import { dateTime, duration } from "../../time/words";
import classes from "./history.module.css";

/** The gaps of the timeline as text: what is coloured there is said here. */
export function GapTable({
  gaps,
  zone,
  linkLedger,
  onSeek,
}: {
  gaps: GapSpan[];
  zone: string;
  linkLedger: boolean;
  onSeek: (at: number) => void;
}) {
  const t = texts.timeline;
  if (gaps.length === 0) return <p className={classes.noGaps}>{t.noGaps}</p>;
  const newest = [...gaps].sort((a, b) => b.from - a.from).slice(0, 30);
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table verticalSpacing={6} className={classes.gaps}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th w={190}>{t.from}</Table.Th>
            <Table.Th w={110}>{t.length}</Table.Th>
            <Table.Th>{t.cause}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {newest.map((gap) => (
            <Table.Tr key={`${gap.from} ${gap.cause}`} data-cause={gap.cause}>
              <Table.Td className="tabular">
                <Anchor component="button" type="button" size="sm" onClick={() => onSeek(gap.from)}>
                  {dateTime(gap.from, zone)}
                </Anchor>
              </Table.Td>
              <Table.Td className="tabular">
                {gap.open ? t.lasting : duration(gap.to - gap.from)}
              </Table.Td>
              <Table.Td>
                <strong>{causeWords(gap.cause)}</strong>
                {gap.detail !== "" && <div className={classes.gapDetail}>{gap.detail}</div>}
                {gap.leaf !== null && linkLedger && (
                  <Anchor component={Link} to={`/ledger/${gap.leaf}`} size="xs">
                    {t.ledger(gap.leaf)}
                  </Anchor>
                )}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

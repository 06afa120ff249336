import { Anchor, Table } from "@mantine/core";
import { Link } from "react-router-dom";
import { useDocumentHistory } from "../../api/queries";
import type { DocumentKind } from "../../api/types";
import { ErrorPanel } from "../../components/ErrorPanel";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { plain, texts } from "../../texts";
import { dateTime } from "../../time/words";
import { localZone } from "../../time/zone";

export function Revisions({ kind, name }: { kind: DocumentKind; name: string }) {
  const t = texts.documents;
  const { data, error, refetch } = useDocumentHistory(kind, name);
  if (data === undefined) {
    return error === null ? (
      <RowsSkeleton rows={3} />
    ) : (
      <ErrorPanel error={error} onRetry={() => void refetch()} />
    );
  }
  return (
    <Table.ScrollContainer minWidth={480}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t.version}</Table.Th>
            <Table.Th>{t.at}</Table.Th>
            <Table.Th>{t.whatHappened}</Table.Th>
            <Table.Th>{t.by}</Table.Th>
            <Table.Th>{t.entry}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {[...data].reverse().map((revision) => (
            <Table.Tr key={revision.version} className="tabular">
              <Table.Td>{revision.version}</Table.Td>
              <Table.Td>{dateTime(Date.parse(revision.at), localZone())}</Table.Td>
              <Table.Td>{plain(revision.what)}</Table.Td>
              <Table.Td>
                <code>{revision.user}</code>
              </Table.Td>
              <Table.Td>
                <Anchor component={Link} to={`/ledger/${revision.ledger_index}`} size="sm">
                  {revision.ledger_index}
                </Anchor>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

import { Skeleton } from "@mantine/core";
import { IconAlertTriangle, IconHelpCircle, IconShieldCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useLedger } from "../../api/queries";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { CopyText } from "../../components/CopyText";
import { ErrorPanel } from "../../components/ErrorPanel";
import { parseCheckpoint, parseVerifierKey, verifySignature } from "../../proof/checkpoint";
import { texts } from "../../texts";
import classes from "./ledger.module.css";

async function check(note: string, key: string) {
  const checkpoint = parseCheckpoint(note);
  const verifier = await parseVerifierKey(key);
  if (checkpoint === null || verifier === null) return { size: 0, state: "invalid" as const };
  return { size: checkpoint.size, state: await verifySignature(checkpoint, verifier) };
}

export function SignatureBadge({ state }: { state: "valid" | "invalid" | "unsupported" | null }) {
  const t = texts.ledger;
  if (state === null) return <Badge tone="idle">{t.signatureChecking}</Badge>;
  if (state === "valid") {
    return (
      <Badge tone="good" icon={<IconShieldCheck size={15} aria-hidden />}>
        {t.signatureValid}
      </Badge>
    );
  }
  if (state === "unsupported") {
    return (
      <Badge tone="wait" icon={<IconHelpCircle size={15} aria-hidden />}>
        {t.signatureUnsupported}
      </Badge>
    );
  }
  return (
    <Badge tone="bad" icon={<IconAlertTriangle size={15} aria-hidden />}>
      {t.signatureInvalid}
    </Badge>
  );
}

/** The newest signed head of the log, its signature checked here. */
export function CheckpointCard() {
  const t = texts.ledger;
  const ledger = useLedger();
  const note = ledger.data?.checkpoint_note ?? "";
  const key = ledger.data?.verifier_key ?? "";
  const checked = useQuery({
    queryKey: ["checkpoint", note, key],
    queryFn: () => check(note, key),
    enabled: ledger.data !== undefined,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  return (
    <Card title={t.checkpoint} actions={<SignatureBadge state={checked.data?.state ?? null} />}>
      {ledger.data === undefined ? (
        ledger.error === null ? (
          <Skeleton height={150} />
        ) : (
          <ErrorPanel error={ledger.error} onRetry={() => void ledger.refetch()} />
        )
      ) : (
        <div className={classes.checkpoint}>
          <div>
            <p>
              {checked.data !== undefined && <strong>{t.covers(checked.data.size)}. </strong>}
              {t.checkpointText}
            </p>
            <CopyText value={note} label={t.checkpoint} />
          </div>
          <div>
            <p>
              <strong>{t.verifierKey}.</strong> {t.verifierText}
            </p>
            <CopyText value={key} label={t.verifierKey} />
          </div>
        </div>
      )}
    </Card>
  );
}

import { Anchor, Button, Loader } from "@mantine/core";
import { useMutation, useQuery } from "@tanstack/react-query";
import {
  IconArrowLeft,
  IconCircleCheckFilled,
  IconCircleXFilled,
  IconHelpCircleFilled,
} from "@tabler/icons-react";
import { Link, useParams } from "react-router-dom";
import { api, take } from "../../api/client";
import { ApiError } from "../../api/errors";
import { useEntry } from "../../api/queries";
import { Card } from "../../components/Card";
import { CopyText } from "../../components/CopyText";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { checkProof, type Outcome, type Step } from "../../proof/check";
import { texts } from "../../texts";
import { dateTime } from "../../time/words";
import { localZone } from "../../time/zone";
import { typeWords } from "./describe";
import classes from "./ledger.module.css";

const icons: Record<Outcome, typeof IconCircleCheckFilled> = {
  good: IconCircleCheckFilled,
  bad: IconCircleXFilled,
  unsupported: IconHelpCircleFilled,
};

function Proof({ index }: { index: number }) {
  const t = texts.ledger;
  const { data, error, refetch } = useQuery({
    queryKey: ["proof", index],
    queryFn: async ({ signal }) => {
      const proof = await take(
        api.GET("/api/ledger/entries/{index}/proof", { params: { path: { index } }, signal }),
      );
      return { proof, checked: await checkProof(proof, index) };
    },
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (data === undefined) {
    return (
      <Card title={t.proofTitle}>
        {error === null ? (
          <div className={classes.verifying}>
            <Loader size="xs" /> {t.verifying}
          </div>
        ) : (
          <ErrorPanel error={error} onRetry={() => void refetch()} />
        )}
      </Card>
    );
  }
  const { proof, checked } = data;
  const words: Record<Step, string> = {
    leaf: t.steps.leaf,
    path: t.steps.path(proof.path.length),
    note: t.steps.note,
    signature: t.steps.signature,
  };
  const verdict = {
    proven: { title: t.proven, text: t.provenText(index, proof.size) },
    partly: { title: t.partly, text: t.partlyText },
    not: { title: t.notProven, text: t.notProvenText },
  }[checked.outcome];
  return (
    <Card title={t.proofTitle}>
      <div className={classes.proof} data-proof={checked.outcome}>
        <div className={classes.verdict} role="status">
          <strong>{verdict.title}</strong>
          <span>{verdict.text}</span>
        </div>
        <ol className={classes.steps}>
          {(Object.keys(words) as Step[]).map((step) => {
            const Icon = icons[checked.steps[step]];
            return (
              <li key={step} data-step={step} data-outcome={checked.steps[step]}>
                <Icon size={18} aria-hidden />
                {words[step]}
                <span className="visually-hidden">: {checked.steps[step]}</span>
              </li>
            );
          })}
        </ol>
        <p className="muted">{t.proofLead}</p>
        <details className={classes.details}>
          <summary>{t.path}</summary>
          <CopyText value={proof.path.join("\n")} label={t.path} />
        </details>
        <details className={classes.details}>
          <summary>{t.note}</summary>
          <CopyText value={proof.checkpoint_note} label={t.note} />
        </details>
      </div>
    </Card>
  );
}

function Personal({ index }: { index: number }) {
  const t = texts.ledger;
  const read = useMutation({
    mutationFn: () =>
      take(api.GET("/api/ledger/entries/{index}/personal", { params: { path: { index } } })),
  });
  const gone = read.error instanceof ApiError && read.error.kind === "not_found";
  return (
    <Card title={t.personal}>
      {read.data !== undefined ? (
        <pre className={classes.bytes}>{JSON.stringify(read.data.personal, null, 2)}</pre>
      ) : (
        <div className={classes.personal}>
          <p>{gone ? t.personalGone : t.personalText}</p>
          {!gone && (
            <Button variant="default" loading={read.isPending} onClick={() => read.mutate()}>
              {t.personalShow}
            </Button>
          )}
          {read.error !== null && !gone && <ErrorPanel error={read.error} />}
        </div>
      )}
    </Card>
  );
}

export default function EntryPage() {
  const t = texts.ledger;
  const index = Number(useParams().index);
  const entry = useEntry(Number.isSafeInteger(index) ? index : -1);
  if (entry.data === undefined) {
    if (
      entry.error instanceof ApiError &&
      ["not_found", "invalid_input"].includes(entry.error.kind)
    ) {
      return <Notice title={t.emptyTitle} text={texts.errors.notFoundStep} />;
    }
    return entry.error === null ? (
      <PageSkeleton />
    ) : (
      <ErrorPanel error={entry.error} onRetry={() => void entry.refetch()} />
    );
  }
  const { body, type, at, bytes, leaf_hash, commit } = entry.data;
  return (
    <>
      <Anchor component={Link} to="/ledger" size="sm" className={classes.back}>
        <IconArrowLeft size={15} aria-hidden /> {t.title}
      </Anchor>
      <PageHeader
        title={t.entry(index)}
        lead={`${typeWords(type)}, ${dateTime(Date.parse(at), localZone())}`}
      />
      <div className={classes.columns}>
        <div className={classes.stack}>
          <Card title={t.body}>
            <pre className={classes.bytes}>{JSON.stringify(body, null, 2)}</pre>
          </Card>
          <Card title={t.bytes}>
            <p className={`${classes.gap} muted`}>{t.bytesText}</p>
            <CopyText value={bytes} label={t.bytes} />
          </Card>
          {commit !== null && <Personal index={index} />}
        </div>
        <div className={classes.stack}>
          <Proof index={index} />
          <Card title={t.leafHash}>
            <CopyText value={leaf_hash} label={t.leafHash} />
            {commit !== null && (
              <>
                <p className={`${classes.gap} ${classes.above}`}>{t.commit}</p>
                <CopyText value={commit} label={t.commit} />
              </>
            )}
          </Card>
        </div>
      </div>
    </>
  );
}

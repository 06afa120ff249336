import type { ReactNode } from "react";
import { sentence } from "../api/errors";
import type { Cell } from "../api/types";
import { texts } from "../texts";
import { answerOf } from "./Badges";
import { Articles, DutyList, MissingList } from "./Law";
import classes from "./CellDetails.module.css";

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

/** One cell of the matrix in plain words: the answer, what to do about it, and why. */
export function CellDetails({ cell }: { cell: Cell }) {
  const t = texts.compliance;
  return (
    <div className={classes.details}>
      <p className={classes.words}>
        {cell.words === "" ? texts.verdicts[answerOf(cell)].words : sentence(cell.words)}
      </p>
      {cell.missing.length > 0 && (
        <Part title={t.missing}>
          <MissingList missing={cell.missing} />
        </Part>
      )}
      <Part title={t.because}>
        {cell.reasons.length > 0 ? (
          <Articles articles={cell.reasons} />
        ) : (
          <p className="muted">{t.noReasons}</p>
        )}
      </Part>
      {cell.duties.length > 0 && (
        <Part title={t.duties}>
          <DutyList duties={cell.duties} />
        </Part>
      )}
      {cell.footage_days_cap !== null && (
        <Part title={t.caps}>
          <p>{t.footageCap(cell.footage_days_cap)}</p>
        </Part>
      )}
    </div>
  );
}

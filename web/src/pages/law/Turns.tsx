import { Anchor } from "@mantine/core";
import { IconArrowDown, IconArrowUp } from "@tabler/icons-react";
import { Link } from "react-router-dom";
import type { Turn } from "../../api/types";
import { Articles, DutyList, MissingList } from "../../components/Law";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import { byDay } from "./by-day";
import classes from "./law.module.css";

const kMostNames = 6;

function Names({ names }: { names: string[] }) {
  const t = texts.packs;
  return (
    <>
      {names.slice(0, kMostNames).join(", ")}
      {names.length > kMostNames && ` ${t.more(names.length - kMostNames)}`}
    </>
  );
}

function TurnItem({ turn }: { turn: Turn }) {
  const t = texts.packs;
  return (
    <li className={classes.turn} data-stricter={turn.stricter}>
      <div className={classes.turnHead}>
        <span className={classes.mark}>
          {turn.stricter ? (
            <IconArrowUp size={14} aria-hidden />
          ) : (
            <IconArrowDown size={14} aria-hidden />
          )}
          {turn.stricter ? t.stricter : t.looser}
        </span>
        <strong>
          <Names names={turn.capabilities.map((name) => texts.capability(name))} />
        </strong>
        <span className={classes.cameras}>
          <Names names={turn.cameras} />
        </span>
      </div>
      <div>
        {turn.before === turn.after ? turn.after : `${turn.before} → ${turn.after}`}
        <span className={classes.cause}> · {t.causes[turn.cause]}</span>
        {turn.records.length > 0 && (
          <span className={classes.cause}>
            {": "}
            <Names names={turn.records} />
          </span>
        )}
      </div>
      {(turn.missing.length > 0 || turn.duties.length > 0) && (
        <details>
          <summary>{t.toDo(turn.missing.length, turn.duties.length)}</summary>
          {turn.missing.length > 0 && <MissingList missing={turn.missing} />}
          {turn.duties.length > 0 && (
            <>
              <h4 className={classes.from}>{t.dutiesFrom(turn.on)}</h4>
              <DutyList duties={turn.duties} />
            </>
          )}
        </details>
      )}
      {turn.why.length > 0 && (
        <details>
          <summary>{texts.compliance.because}</summary>
          <Articles articles={turn.why} />
        </details>
      )}
    </li>
  );
}

/** What changes, day by day. */
export function Turns({ turns, empty }: { turns: Turn[]; empty: string }) {
  const t = texts.packs;
  if (turns.length === 0) return <p className={classes.empty}>{empty}</p>;
  return (
    <ol className={classes.days}>
      {byDay(turns).map((day) => (
        <li key={day.on} data-day={day.on}>
          <h3>
            <time dateTime={day.on}>{dateWords(Date.parse(`${day.on}T12:00:00Z`), "UTC")}</time>
            <Anchor component={Link} to={`/compliance?on=${day.on}`} size="sm">
              {t.matrix}
            </Anchor>
          </h3>
          <ul className={classes.turns}>
            {day.turns.map((turn) => (
              <TurnItem key={turn.words} turn={turn} />
            ))}
          </ul>
        </li>
      ))}
    </ol>
  );
}

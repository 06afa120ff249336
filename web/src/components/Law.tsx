import type { Article, Duty, Missing, Task } from "../api/types";
import { texts } from "../texts";
import { sentence } from "../api/errors";
import { mergeMissing } from "./merge-missing";
import classes from "./panels.module.css";

/** The rules that decided, each with the place where the law says it. */
export function Articles({ articles }: { articles: Article[] }) {
  return (
    <ul className={classes.articles}>
      {articles.map((article) => (
        <li key={`${article.rule} ${article.effect}`} data-effect={article.effect}>
          <div className={classes.cite}>{article.cite}</div>
          <div>{sentence(article.title)}</div>
          <div className={classes.rule}>
            <code>{article.rule}</code> {texts.effects[article.effect] ?? article.effect}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What would turn a refusal, with what a person can do; each record once, however many ask for it. */
export function MissingList({ missing }: { missing: (Missing | Task)[] }) {
  return (
    <ul className={classes.missing}>
      {mergeMissing(missing).map(({ what, rules, steps, owner, startBy }) => (
        <li key={what} data-missing={what}>
          <div className={classes.what}>{texts.record(what)}</div>
          {steps.map((step) => (
            <div key={step}>{sentence(step)}</div>
          ))}
          {owner !== "" && (
            <div className={classes.task}>
              {texts.offices[owner]}
              {startBy !== undefined && ` · ${texts.compliance.startBy(startBy)}`}
            </div>
          )}
          <div className={classes.rule}>
            {rules.length > 1 && `${texts.compliance.askedBy} `}
            {rules.map((rule, i) => (
              <span key={rule}>
                {i > 0 && " · "}
                <code>{rule}</code>
              </span>
            ))}
          </div>
        </li>
      ))}
    </ul>
  );
}

/** What must be done while something runs. */
export function DutyList({ duties }: { duties: Duty[] }) {
  return (
    <ul className={classes.dutyList}>
      {duties.map(({ duty, text }) => (
        <li key={duty} data-duty={duty}>
          {sentence(text)}
        </li>
      ))}
    </ul>
  );
}

import type { Article, Missing } from "../api/types";
import { texts } from "../texts";
import { sentence } from "../api/errors";
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

/** What would turn a refusal, with what a person can do. */
export function MissingList({ missing }: { missing: Missing[] }) {
  return (
    <ul className={classes.missing}>
      {missing.map((item) => (
        <li key={`${item.what} ${item.rule}`}>
          <div className={classes.what}>{texts.record(item.what)}</div>
          <div>{sentence(item.next_step)}</div>
          <div className={classes.rule}>
            <code>{item.rule}</code>
          </div>
        </li>
      ))}
    </ul>
  );
}

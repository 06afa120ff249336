import { diffLines } from "diff";
import classes from "./YamlText.module.css";

const kContext = 3;

/** Line by line, with a sign before each, so that the colour is not needed. */
export function Diff({ before, after }: { before: string; after: string }) {
  const lines = diffLines(before, after).flatMap((part) =>
    part.value
      .replace(/\n$/, "")
      .split("\n")
      .map((text) => ({
        text,
        change: part.added ? "added" : part.removed ? "removed" : "same",
      })),
  );
  const near = lines.map((_, i) =>
    lines.slice(Math.max(0, i - kContext), i + kContext + 1).some((l) => l.change !== "same"),
  );
  return (
    <div className={classes.diff}>
      {lines.map(({ text, change }, i) =>
        near[i] ? (
          <div key={i} data-change={change}>
            {change === "added" ? "+ " : change === "removed" ? "− " : "  "}
            {text}
          </div>
        ) : near[i - 1] ? (
          <div key={i} className="muted">
            …
          </div>
        ) : null,
      )}
    </div>
  );
}

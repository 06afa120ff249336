import { Button } from "@mantine/core";
import { IconAlertTriangle, IconRefresh } from "@tabler/icons-react";
import { asApiError, lineOf } from "../api/errors";
import { texts } from "../texts";
import { Articles, MissingList } from "./Law";
import classes from "./panels.module.css";

/** An error of any kind: what happened, what to do, and the articles if the law said no. */
export function ErrorPanel({
  error,
  onRetry,
  title,
}: {
  error: unknown;
  onRetry?: () => void;
  title?: string;
}) {
  const { kind, message, nextStep, articles, missing } = asApiError(error);
  const refused = kind === "refused";
  const line = lineOf(message);
  return (
    <div
      className={classes.panel}
      data-tone={refused ? "refused" : "error"}
      data-error={kind}
      role="alert"
    >
      <IconAlertTriangle className={classes.icon} size={20} aria-hidden />
      <div className={classes.body}>
        <p className={classes.title}>
          {title ?? (refused ? texts.refusalTitle : message)}
          {line !== null && <span className={classes.line}>{texts.documents.line(line)}</span>}
        </p>
        {(title !== undefined || refused) && <p>{message}</p>}
        {refused && articles.length > 0 && <Articles articles={articles} />}
        {refused && missing.length > 0 ? (
          <MissingList missing={missing} />
        ) : (
          nextStep !== "" && (
            <p className={classes.next}>
              <strong>{texts.errors.next}:</strong> {nextStep}
            </p>
          )
        )}
        {onRetry !== undefined && (
          <Button
            variant="default"
            size="xs"
            leftSection={<IconRefresh size={14} aria-hidden />}
            onClick={onRetry}
          >
            {texts.actions.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

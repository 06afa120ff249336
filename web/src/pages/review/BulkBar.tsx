import { ActionIcon, Button } from "@mantine/core";
import { IconEye, IconEyeOff, IconX } from "@tabler/icons-react";
import type { JudgementWord } from "../../api/types";
import { texts } from "../../texts";
import { words } from "./Judge";
import classes from "./review.module.css";

/** What can be done with everything that is chosen. */
export function BulkBar({
  count,
  busy,
  onViewed,
  onJudge,
  onClear,
}: {
  count: number;
  busy: boolean;
  onViewed: (viewed: boolean) => void;
  onJudge: (word: JudgementWord) => void;
  onClear: () => void;
}) {
  const t = texts.review;
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t.selected(count)}>
      <strong className="tabular" aria-live="polite">
        {t.selected(count)}
      </strong>
      <Button
        size="xs"
        leftSection={<IconEye size={15} aria-hidden />}
        loading={busy}
        onClick={() => onViewed(true)}
      >
        {t.markViewed}
      </Button>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconEyeOff size={15} aria-hidden />}
        disabled={busy}
        onClick={() => onViewed(false)}
      >
        {t.markUnviewed}
      </Button>
      <span className={classes.bulkJudge}>
        {words.map(({ word, Icon }) => (
          <Button
            key={word}
            size="xs"
            variant="default"
            leftSection={<Icon size={15} aria-hidden />}
            disabled={busy}
            onClick={() => onJudge(word)}
          >
            {t.judgements[word]}
          </Button>
        ))}
      </span>
      <ActionIcon variant="subtle" color="gray" onClick={onClear} aria-label={t.clear}>
        <IconX size={17} />
      </ActionIcon>
    </div>
  );
}

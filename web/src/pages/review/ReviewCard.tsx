import { Checkbox } from "@mantine/core";
import { IconCheck, IconHelp, IconX } from "@tabler/icons-react";
import { type MouseEvent, memo } from "react";
import { sentence } from "../../api/errors";
import { reviewPicture } from "../../api/eyes";
import type { ReviewItem } from "../../api/types";
import { MaskedPicture } from "../../components/MaskedPicture";
import { texts } from "../../texts";
import { clockTime, duration } from "../../time/words";
import classes from "./review.module.css";
import { kindWords } from "./words";

const judgementIcons = { true: IconCheck, false: IconX, unsure: IconHelp };

export function JudgementMark({ judgement }: { judgement: NonNullable<ReviewItem["judgement"]> }) {
  const Icon = judgementIcons[judgement];
  return (
    <span className={classes.judgement} data-judgement={judgement}>
      <Icon size={13} stroke={2.4} aria-hidden />
      {texts.review.judgements[judgement]}
    </span>
  );
}

export const ReviewCard = memo(function ReviewCard({
  item,
  camera,
  zone,
  chosen,
  current,
  choosing,
  mayMark,
  onOpen,
  onChoose,
  onFocus,
}: {
  item: ReviewItem;
  camera: string;
  zone: string;
  chosen: boolean;
  /** The keyboard stands here. */
  current: boolean;
  /** Others are chosen, so a click chooses, too. */
  choosing: boolean;
  mayMark: boolean;
  onOpen: (id: string) => void;
  onChoose: (id: string, range: boolean) => void;
  onFocus: (id: string) => void;
}) {
  const t = texts.review;
  const from = Date.parse(item.from);
  const length = item.to === null ? t.lasting : duration(Date.parse(item.to) - from);

  function onClick(event: MouseEvent) {
    if (mayMark && (event.shiftKey || event.ctrlKey || event.metaKey || choosing)) {
      event.preventDefault();
      onChoose(item.id, event.shiftKey);
    } else onOpen(item.id);
  }

  return (
    <article
      className={classes.card}
      data-item={item.id}
      data-severity={item.severity}
      data-kind={item.kind}
      data-viewed={item.viewed}
      data-chosen={chosen}
      data-current={current}
      data-lasting={item.to === null}
    >
      <button
        type="button"
        className={classes.open}
        tabIndex={current ? 0 : -1}
        onClick={onClick}
        onFocus={() => onFocus(item.id)}
        aria-label={`${t.open(item.title)}, ${camera}, ${clockTime(from, zone)}, ${
          item.viewed ? t.viewed : t.notViewed
        }`}
      >
        <MaskedPicture address={reviewPicture(item.id)} has={item.has_picture} title={item.title}>
          <span className={classes.kind}>{kindWords(item.kind)}</span>
          <span className={`${classes.length} tabular`}>{length}</span>
        </MaskedPicture>
        <span className={classes.text}>
          <span className={classes.title}>
            {!item.viewed && <span className={classes.dot} aria-hidden />}
            {item.title}
          </span>
          <span className={classes.why}>{sentence(item.why)}</span>
          <span className={classes.place}>
            <span>
              {camera}
              {item.zone !== "" && ` · ${item.zone}`}
            </span>
            <span className="tabular">{clockTime(from, zone)}</span>
          </span>
        </span>
      </button>
      {item.judgement !== null && <JudgementMark judgement={item.judgement} />}
      {mayMark && (
        <Checkbox
          className={classes.check}
          size="sm"
          checked={chosen}
          tabIndex={-1}
          aria-label={t.select(item.title)}
          onChange={() => undefined}
          onClick={(event) => onChoose(item.id, event.shiftKey)}
        />
      )}
    </article>
  );
});

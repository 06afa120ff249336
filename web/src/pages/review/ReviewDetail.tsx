import { ActionIcon, Anchor, Button, Drawer, Tooltip } from "@mantine/core";
import { IconChevronLeft, IconChevronRight, IconEye, IconEyeOff } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { Link } from "react-router-dom";
import { sentence } from "../../api/errors";
import { reviewPicture } from "../../api/eyes";
import type { Finding, JudgementWord, ReviewItem } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { ClipPlayer } from "../../components/ClipPlayer";
import { MaskedPicture } from "../../components/MaskedPicture";
import { plain, texts } from "../../texts";
import { dateTime, duration } from "../../time/words";
import { figuresOf } from "./filters";
import { Judge } from "./Judge";
import { JudgementMark } from "./ReviewCard";
import classes from "./review.module.css";
import { kindWords, trackWords } from "./words";

function Part({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className={classes.part}>
      <h3>{title}</h3>
      {children}
    </section>
  );
}

function Numbers({ numbers }: { numbers: Record<string, unknown> }) {
  const figures = figuresOf(numbers);
  if (figures.length === 0) return null;
  return (
    <dl className={`${classes.numbers} tabular`}>
      {figures.map(({ name, value }) => (
        <div key={name}>
          <dt>{plain(name)}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Also({ finding, zone }: { finding: Finding; zone: string }) {
  return (
    <li>
      <div className={classes.alsoHead}>
        <strong>{finding.title}</strong>
        {finding.judgement !== null && <JudgementMark judgement={finding.judgement} />}
      </div>
      <div>{sentence(finding.why)}</div>
      <div className="muted">
        {kindWords(finding.kind)}
        {finding.rule !== "" && ` · ${finding.rule}`}
        {finding.zone !== "" && ` · ${finding.zone}`} · {dateTime(Date.parse(finding.from), zone)}
      </div>
    </li>
  );
}

/** One item with everything that is known of it, its recording, and what people say of it. */
export function ReviewDetail({
  item,
  camera,
  zone,
  busy,
  onClose,
  onJudge,
  onViewed,
  onStep,
}: {
  item: ReviewItem | undefined;
  camera: string;
  zone: string;
  busy: boolean;
  onClose: () => void;
  onJudge: (word: JudgementWord, note: string) => void;
  onViewed: (viewed: boolean) => void;
  /** -1 is newer, 1 older; absent where there is none. */
  onStep: { newer?: () => void; older?: () => void };
}) {
  const t = texts.review;
  const user = useUser();
  return (
    <Drawer
      opened={item !== undefined}
      onClose={onClose}
      closeOnEscape={false}
      position="right"
      size={620}
      title={
        item !== undefined && (
          <span className={classes.detailTitle}>
            <Badge tone={item.severity === "alert" ? "bad" : "wait"}>
              {t.severity[item.severity]}
            </Badge>
            {item.title}
          </span>
        )
      }
      closeButtonProps={{ "aria-label": texts.actions.close }}
    >
      {item !== undefined && (
        <div className={classes.detail} data-detail={item.id}>
          <div className={classes.steps}>
            <Tooltip label={`${t.previous} (←)`}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t.previous}
                disabled={onStep.newer === undefined}
                onClick={onStep.newer}
              >
                <IconChevronLeft size={18} />
              </ActionIcon>
            </Tooltip>
            <Tooltip label={`${t.next} (→)`}>
              <ActionIcon
                variant="default"
                size="lg"
                aria-label={t.next}
                disabled={onStep.older === undefined}
                onClick={onStep.older}
              >
                <IconChevronRight size={18} />
              </ActionIcon>
            </Tooltip>
            <span className={classes.grow} />
            {may(user, "judge") && (
              <Button
                variant="default"
                size="xs"
                leftSection={
                  item.viewed ? (
                    <IconEyeOff size={15} aria-hidden />
                  ) : (
                    <IconEye size={15} aria-hidden />
                  )
                }
                onClick={() => onViewed(!item.viewed)}
              >
                {item.viewed ? t.markUnviewed : t.markViewed}
              </Button>
            )}
          </div>
          <div className={classes.big}>
            <MaskedPicture
              key={item.id}
              address={reviewPicture(item.id)}
              has={item.has_picture}
              title={item.title}
            />
          </div>
          <p className={classes.whyLarge}>{sentence(item.why)}</p>
          {may(user, "judge") && (
            <Part title={t.judge}>
              <Judge key={item.id} judgement={item.judgement} busy={busy} onJudge={onJudge} />
            </Part>
          )}
          <Part title={t.clip}>
            <ClipPlayer
              key={item.id}
              camera={item.camera}
              from={Date.parse(item.from)}
              to={item.to === null ? null : Date.parse(item.to)}
              zone={zone}
            />
          </Part>
          <dl className={classes.facts}>
            <dt>{t.where}</dt>
            <dd>
              <Anchor component={Link} to={`/cameras/${item.camera}`} size="sm">
                {camera}
              </Anchor>
              {item.zone !== "" && ` · ${item.zone}`}
            </dd>
            <dt>{t.whenAt}</dt>
            <dd className="tabular">{dateTime(Date.parse(item.from), zone)}</dd>
            <dt>{t.length}</dt>
            <dd className="tabular">
              {item.to === null ? t.lasting : duration(Date.parse(item.to) - Date.parse(item.from))}
            </dd>
            <dt>{t.rule}</dt>
            <dd>{item.rule === "" ? t.noRule : <code>{item.rule}</code>}</dd>
            <dt>{t.kind}</dt>
            <dd>{kindWords(item.kind)}</dd>
            {item.model !== "" && (
              <>
                <dt>{t.model}</dt>
                <dd>
                  <code>{item.model}</code>
                </dd>
              </>
            )}
            {item.tracks.length > 0 && (
              <>
                <dt>{t.objects}</dt>
                <dd>{item.tracks.map(trackWords).join(" · ")}</dd>
              </>
            )}
          </dl>
          {Object.keys(item.numbers).length > 0 && (
            <Part title={t.numbers}>
              <Numbers numbers={item.numbers} />
            </Part>
          )}
          {item.findings.length > 1 && (
            <Part title={t.findings}>
              <ul className={classes.also}>
                {item.findings.slice(1).map((finding, i) => (
                  <Also
                    key={`${finding.rule} ${finding.from} ${i}`}
                    finding={finding}
                    zone={zone}
                  />
                ))}
              </ul>
            </Part>
          )}
        </div>
      )}
    </Drawer>
  );
}

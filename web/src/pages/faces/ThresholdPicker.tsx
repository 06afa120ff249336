import { NumberInput, Skeleton, Slider } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconInfoCircle } from "@tabler/icons-react";
import { ApiError, sentence } from "../../api/errors";
import { type ThresholdFigure, useThresholdFigures } from "../../api/faces";
import { ErrorPanel } from "../../components/ErrorPanel";
import { texts } from "../../texts";
import classes from "./faces.module.css";
import { figureAt, inequalityOf, perDay, share } from "./figures";

const kLeast = 0.2;
const kMost = 0.99;

function Inequality({ figure }: { figure: ThresholdFigure }) {
  const t = texts.faces;
  const inequality = inequalityOf(figure);
  if (inequality.kind === "none") return null;
  const [Icon, words] =
    inequality.kind === "worst"
      ? [IconAlertTriangle, t.worst(inequality.group, inequality.times)]
      : inequality.kind === "even"
        ? [IconCircleCheck, t.worstEven]
        : [IconInfoCircle, t.worstUnknown];
  return (
    <p className={classes.inequality} data-inequality={inequality.kind}>
      <Icon size={18} aria-hidden />
      {words}
    </p>
  );
}

function Groups({ figure }: { figure: ThresholdFigure }) {
  const t = texts.faces;
  const most = Math.max(...figure.groups.map((g) => g.fmr.high), 1e-9);
  if (figure.groups.length === 0) return null;
  return (
    <table className={`${classes.groups} tabular`}>
      <caption>{t.groupNote}</caption>
      <thead>
        <tr>
          <th scope="col">{t.group}</th>
          <th scope="col">{t.falseMatch}</th>
          <th scope="col" aria-hidden />
          <th scope="col">{t.falseNonMatch}</th>
        </tr>
      </thead>
      <tbody>
        {[...figure.groups]
          .sort((a, b) => b.fmr.rate - a.fmr.rate)
          .map((group) => (
            <tr
              key={group.group}
              data-group={group.group}
              data-worst={group.group === figure.worst_group}
            >
              <th scope="row">
                {group.group}
                {group.group === figure.worst_group && (
                  <span className={classes.worstMark}>{t.worstRow}</span>
                )}
              </th>
              <td title={t.between(share(group.fmr.low), share(group.fmr.high))}>
                {share(group.fmr.rate)}
              </td>
              <td className={classes.barCell} aria-hidden>
                <span className={classes.bar}>
                  <span
                    className={classes.barRange}
                    style={{
                      left: `${(group.fmr.low / most) * 100}%`,
                      width: `${((group.fmr.high - group.fmr.low) / most) * 100}%`,
                    }}
                  />
                  <span
                    className={classes.barPoint}
                    style={{ left: `${(group.fmr.rate / most) * 100}%` }}
                  />
                </span>
              </td>
              <td>{share(group.fnmr.rate)}</td>
            </tr>
          ))}
      </tbody>
    </table>
  );
}

/** What a threshold does, to whoever sets it: false alerts a day, missed people, and to whom it is unfair. */
export function Figures({ gallery, threshold }: { gallery: string; threshold: number }) {
  const t = texts.faces;
  const { data, error, refetch } = useThresholdFigures(gallery);
  if (data === undefined) {
    if (error === null) return <Skeleton height={160} />;
    if (error instanceof ApiError && error.kind === "not_found") {
      return (
        <p className="muted">
          {t.figuresNone} {t.figuresNoneStep}
        </p>
      );
    }
    return <ErrorPanel error={error} title={t.figuresFailed} onRetry={() => void refetch()} />;
  }
  const figure = figureAt([...data.figures, data.current], threshold);
  if (figure === null) {
    return (
      <p className="muted">
        {data.figures.length === 0 ? `${t.figuresNone} ${t.figuresNoneStep}` : t.tooLow}
      </p>
    );
  }
  return (
    <div className={classes.figures} data-figures={figure.threshold}>
      {figure.false_alerts_per_day === null ? (
        <p className={classes.alerts}>
          <strong>{t.noExpectation}</strong>
        </p>
      ) : (
        <p className={classes.alerts} data-alerts={figure.false_alerts_per_day.value}>
          <strong>{t.falseAlerts(perDay(figure.false_alerts_per_day.value))}</strong>{" "}
          <span className="muted">
            {t.alertsBetween(
              perDay(figure.false_alerts_per_day.low),
              perDay(figure.false_alerts_per_day.high),
            )}
            {figure.days_measured > 0 && `, ${t.probes(perDay(figure.faces_per_day))}`}
          </span>
        </p>
      )}
      <dl className={`${classes.rates} tabular`}>
        {[
          { name: t.falseMatch, of: figure.fmr },
          { name: t.falseNonMatch, of: figure.fnmr },
        ].map(({ name, of }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              {of === null ? (
                t.none
              ) : (
                <>
                  {share(of.rate)}
                  <span>{t.between(share(of.low), share(of.high))}</span>
                </>
              )}
            </dd>
          </div>
        ))}
      </dl>
      {figure.warnings.map((warning) => (
        <p key={warning} className={classes.inequality} data-inequality="worst">
          <IconAlertTriangle size={18} aria-hidden />
          {sentence(warning)}
        </p>
      ))}
      <Inequality figure={figure} />
      <Groups figure={figure} />
      <p className={classes.source}>
        {figure.measured_on !== "" && t.figuresFor(figure.measured_on)}
        {Math.abs(figure.threshold - threshold) > 1e-6 && ` ${t.nearest(String(figure.threshold))}`}
      </p>
    </div>
  );
}

export function ThresholdPicker({
  gallery,
  value,
  onChange,
}: {
  /** Empty while the gallery does not exist yet. */
  gallery: string;
  value: number;
  onChange: (value: number) => void;
}) {
  const t = texts.faces;
  const put = (next: number) => {
    if (Number.isFinite(next)) onChange(Math.min(kMost, Math.max(kLeast, next)));
  };
  return (
    <div className={classes.picker}>
      <div className={classes.pickerRow}>
        <span className="muted">{t.looser}</span>
        <Slider
          className={classes.slider}
          min={kLeast}
          max={kMost}
          step={0.01}
          value={value}
          onChange={put}
          label={(v) => v.toFixed(2)}
          thumbLabel={t.threshold}
        />
        <span className="muted">{t.stricter}</span>
        <NumberInput
          aria-label={t.threshold}
          value={value}
          min={kLeast}
          max={kMost}
          step={0.01}
          decimalScale={3}
          onChange={(next) => put(Number(next))}
          w={92}
        />
      </div>
      {gallery === "" ? (
        <p className="muted">{t.figuresAfter}</p>
      ) : (
        <Figures gallery={gallery} threshold={value} />
      )}
    </div>
  );
}

import {
  Anchor,
  Button,
  Drawer,
  SegmentedControl,
  Select,
  Skeleton,
  TextInput,
} from "@mantine/core";
import { IconArrowRight, IconScale } from "@tabler/icons-react";
import { Fragment, useMemo } from "react";
import { Link, useSearchParams } from "react-router-dom";
import { useCameras, useMatrix, useSites } from "../../api/queries";
import type { Cell, Matrix } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { answerOf, Badge, VerdictBadge, VerdictIcon } from "../../components/Badges";
import { CellDetails } from "../../components/CellDetails";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import { arrange, type Filter, isQuestion, matches, tally } from "./arrange";
import classes from "./compliance.module.css";

function CellButton({
  cell,
  title,
  dimmed,
  onOpen,
}: {
  cell: Cell | undefined;
  title: string;
  dimmed: boolean;
  onOpen: (cell: Cell) => void;
}) {
  if (cell === undefined) return <td className={classes.none}>–</td>;
  const answer = answerOf(cell);
  return (
    <td className={classes.cell}>
      <button
        type="button"
        data-answer={answer}
        data-dimmed={dimmed}
        data-cell={`${cell.camera} ${cell.capability}`}
        aria-label={`${title}, ${texts.capability(cell.capability)}: ${texts.verdicts[answer].label}`}
        onClick={() => onOpen(cell)}
      >
        <VerdictIcon answer={answer} size={15} />
        {texts.verdicts[answer].short}
      </button>
    </td>
  );
}

function Legend() {
  return (
    <ul className={classes.legend} aria-label={texts.compliance.legend}>
      {(["permit", "permit_with_duties", "pending", "refuse", "conflict"] as const).map(
        (answer) => (
          <li key={answer} data-answer={answer}>
            <VerdictIcon answer={answer} size={15} />
            <strong>{texts.verdicts[answer].short}</strong>
            <span>{texts.verdicts[answer].label}</span>
          </li>
        ),
      )}
    </ul>
  );
}

/** Amber, with words: a pack that speaks about the site was to be looked at again. */
function OverdueMark({ overdue, site }: { overdue: Matrix["overdue"] | undefined; site: string }) {
  const packs = overdue?.find((late) => late.site === site)?.packs ?? [];
  if (packs.length === 0) return null;
  const oldest = packs.map((each) => each.review_by).sort()[0] ?? "";
  return (
    <span
      className={classes.overdue}
      data-overdue={site}
      title={texts.compliance.overdueHint(dateWords(Date.parse(`${oldest}T12:00:00Z`), "UTC"))}
    >
      <Badge tone="wait">{texts.compliance.overdue(packs.map((p) => p.pack).join(", "))}</Badge>
    </span>
  );
}

export default function CompliancePage() {
  const t = texts.compliance;
  const user = useUser();
  const [params, setParams] = useSearchParams();
  const on = params.get("on");
  const matrix = useMatrix(on);
  const cameras = useCameras();
  const sites = useSites();
  const site = params.get("site");
  const group = params.get("group");
  const filter = (params.get("show") ?? "all") as Filter;

  const set = (values: Record<string, string | null>) =>
    setParams(
      (before) => {
        const next = new URLSearchParams(before);
        for (const [name, value] of Object.entries(values)) {
          if (value === null || value === "") next.delete(name);
          else next.set(name, value);
        }
        return next;
      },
      { replace: true },
    );

  const arranged = useMemo(
    () =>
      matrix.data === undefined
        ? null
        : arrange(matrix.data, cameras.data ?? [], sites.data ?? [], site, group),
    [matrix.data, cameras.data, sites.data, site, group],
  );
  const cells = matrix.data?.cells ?? [];
  const open = cells.find(
    (cell) => cell.camera === params.get("camera") && cell.capability === params.get("capability"),
  );
  const titleOf = (name: string) => cameras.data?.find((c) => c.name === name)?.title || name;
  const summary = tally(cells);

  return (
    <>
      <PageHeader
        title={t.title}
        lead={
          matrix.data === undefined
            ? t.lead
            : `${t.lead} ${t.summary(summary.permitted, summary.pending, summary.refused)}`
        }
      >
        <TextInput
          type="date"
          label={t.asOf}
          value={on ?? matrix.data?.on ?? ""}
          onChange={(event) => set({ on: event.currentTarget.value })}
          w={160}
        />
        {on !== null && (
          <Button variant="default" onClick={() => set({ on: null })}>
            {t.today}
          </Button>
        )}
        {(sites.data?.length ?? 0) > 1 && (
          <Select
            label={t.site}
            data={[
              { value: "", label: t.allSites },
              ...(sites.data ?? []).map((s) => ({ value: s.name, label: s.title || s.name })),
            ]}
            value={site ?? ""}
            onChange={(value) => set({ site: value })}
            allowDeselect={false}
            w={180}
          />
        )}
        <Select
          label={t.group}
          data={[
            { value: "", label: t.allGroups },
            ...texts.capabilityGroups.map((group) => ({ value: group.id, label: group.label })),
          ]}
          value={group ?? ""}
          onChange={(value) => set({ group: value })}
          allowDeselect={false}
          w={130}
        />
        <div>
          <div className={classes.label} id="show-label">
            {t.show}
          </div>
          <SegmentedControl
            aria-labelledby="show-label"
            value={filter}
            onChange={(value) => set({ show: value === "all" ? null : value })}
            data={[
              { value: "all", label: t.everything },
              { value: "refused", label: t.onlyRefused },
              { value: "missing", label: t.onlyMissing },
            ]}
          />
        </div>
      </PageHeader>
      {on !== null && (
        <p className={classes.asOf} role="status">
          {t.notToday(dateWords(Date.parse(`${on}T12:00:00Z`), "UTC"))}
        </p>
      )}
      {matrix.error !== null && matrix.data === undefined ? (
        <ErrorPanel error={matrix.error} onRetry={() => void matrix.refetch()} />
      ) : arranged === null ? (
        <Skeleton height={360} />
      ) : arranged.sites.length === 0 ? (
        <Notice title={t.emptyTitle} text={t.empty} icon={<IconScale size={26} stroke={1.6} />}>
          {may(user, "apply") && (
            <Button component={Link} to="/documents?new=site">
              {texts.documents.title}
            </Button>
          )}
        </Notice>
      ) : (
        <>
          <Legend />
          {matrix.error !== null && <ErrorPanel error={matrix.error} />}
          {!cells.some((cell) => matches(cell, filter)) && (
            <Notice title={t.noMatch} text={t.noMatchStep} />
          )}
          {/* Scrollable by keyboard, so it takes the focus. */}
          <div className={classes.scroll} tabIndex={0} role="region" aria-label={t.title}>
            <table className={classes.matrix} data-on={matrix.data?.on}>
              <thead>
                <tr>
                  <th className={classes.corner} rowSpan={2} scope="col">
                    {t.camera}
                  </th>
                  {arranged.groups.map(({ label, kinds }) => (
                    <th
                      key={label}
                      colSpan={kinds.length}
                      scope="colgroup"
                      className={classes.group}
                    >
                      <span>{label}</span>
                    </th>
                  ))}
                </tr>
                <tr>
                  {arranged.groups.flatMap((group) =>
                    group.kinds.map((kind, i) => (
                      <th key={kind} scope="col" className={classes.kind} data-first={i === 0}>
                        {texts.capability(kind)}
                      </th>
                    )),
                  )}
                </tr>
              </thead>
              <tbody>
                {arranged.sites.map((row) => (
                  <Fragment key={row.name}>
                    <tr className={classes.site}>
                      <th scope="rowgroup">
                        {row.title}
                        <span> {row.jurisdictions.join(" · ")}</span>
                        <OverdueMark overdue={matrix.data?.overdue} site={row.name} />
                      </th>
                      <td colSpan={arranged.columns} />
                    </tr>
                    {row.cameras.map((name) => (
                      <tr key={name} data-camera={name}>
                        <th scope="row" className={classes.camera}>
                          <Link to={`/cameras/${name}`}>{titleOf(name)}</Link>
                        </th>
                        {arranged.groups.flatMap((group) =>
                          group.kinds.map((kind) => {
                            const cell = arranged.cell(name, kind);
                            return (
                              <CellButton
                                key={kind}
                                cell={cell}
                                title={titleOf(name)}
                                dimmed={cell !== undefined && !matches(cell, filter)}
                                onOpen={(c) => set({ camera: c.camera, capability: c.capability })}
                              />
                            );
                          }),
                        )}
                      </tr>
                    ))}
                  </Fragment>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <Drawer
        opened={open !== undefined}
        onClose={() => set({ camera: null, capability: null })}
        position="right"
        size={480}
        title={
          open !== undefined && (
            <div className={classes.drawerTitle}>
              <span>
                {texts.capability(open.capability)} <span className="muted">at</span>{" "}
                {titleOf(open.camera)}
              </span>
              <VerdictBadge answer={answerOf(open)} />
            </div>
          )
        }
        closeButtonProps={{ "aria-label": texts.actions.close }}
      >
        {open !== undefined && (
          <>
            <CellDetails cell={open} />
            <div className={classes.drawerActions}>
              {open.missing.length > 0 && may(user, "apply") && (
                <Button component={Link} to="/documents?new=record" variant="light">
                  {t.addRecord}
                </Button>
              )}
              {may(user, "documents") && open.missing.some((each) => isQuestion(each.what)) && (
                <Anchor
                  component={Link}
                  to={`/law?camera=${open.camera}&capability=${open.capability}#questions`}
                  size="sm"
                >
                  {t.openQuestions} <IconArrowRight size={13} aria-hidden />
                </Anchor>
              )}
              <Anchor component={Link} to={`/cameras/${open.camera}`} size="sm">
                {t.openCamera} <IconArrowRight size={13} aria-hidden />
              </Anchor>
            </div>
          </>
        )}
      </Drawer>
    </>
  );
}

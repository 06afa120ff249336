import { Button, CopyButton, Group, Menu, SegmentedControl, Tabs, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import {
  IconCheck,
  IconCopy,
  IconFileText,
  IconHistory,
  IconPencil,
  IconPlus,
  IconSearch,
  IconTrash,
} from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { NavLink, useNavigate, useParams, useSearchParams } from "react-router-dom";
import { api, take } from "../../api/client";
import { useDocuments } from "../../api/queries";
import type { DocumentKind } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Notice } from "../../components/Notice";
import { PageHeader } from "../../components/PageHeader";
import { PageSkeleton } from "../../components/PageSkeleton";
import { ReasonDialog } from "../../components/ReasonDialog";
import { toast } from "../../components/toast";
import { YamlView } from "../../components/YamlText";
import { texts } from "../../texts";
import { CameraFormPanel } from "./CameraFormPanel";
import { DocumentEditor } from "./DocumentEditor";
import classes from "./documents.module.css";
import { Revisions } from "./Revisions";
import { type DocumentText, splitDocuments } from "./split";
import { templates } from "./templates";

const kinds: DocumentKind[] = ["site", "camera", "purpose", "record"];

function asKind(text: string | null | undefined): DocumentKind | null {
  return kinds.find((kind) => kind === text) ?? null;
}

/** One document: its text, its history, and what can be done with it. */
function Detail({ document: shown, canChange }: { document: DocumentText; canChange: boolean }) {
  const t = texts.documents;
  const client = useQueryClient();
  const navigate = useNavigate();
  const [tab, setTab] = useState<string | null>("text");
  const [editing, setEditing] = useState(false);
  const [asking, setAsking] = useState<"withdraw" | "remove" | null>(null);

  const act = useMutation({
    mutationFn: (reason: string) =>
      asking === "withdraw"
        ? take(
            api.POST("/api/records/{name}/withdraw", {
              params: { path: { name: shown.name } },
              body: { reason },
            }),
          )
        : take(
            api.DELETE("/api/documents/{kind}/{name}", {
              params: { path: { kind: shown.kind, name: shown.name }, query: { reason } },
            }),
          ),
    onSuccess: () => {
      toast((asking === "withdraw" ? t.withdrawnToast : t.removedToast)(shown.name));
      if (asking === "remove") navigate("/documents");
      setAsking(null);
      for (const key of ["documents", "matrix", "cameras"]) {
        void client.invalidateQueries({ queryKey: [key] });
      }
    },
  });

  return (
    <>
      <Card
        title={
          <span className={classes.detailTitle}>
            {shown.title}
            {shown.withdrawn && <Badge tone="idle">{t.withdrawn}</Badge>}
          </span>
        }
        actions={
          !editing && (
            <Group gap={6}>
              <CopyButton value={shown.text}>
                {({ copied, copy }) => (
                  <Button
                    variant="default"
                    size="xs"
                    onClick={copy}
                    leftSection={copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
                  >
                    {copied ? texts.actions.copied : t.copyYaml}
                  </Button>
                )}
              </CopyButton>
              {canChange && !shown.withdrawn && (
                <Button
                  variant="default"
                  size="xs"
                  leftSection={<IconPencil size={15} aria-hidden />}
                  onClick={() => {
                    setTab("text");
                    setEditing(true);
                  }}
                >
                  {t.edit}
                </Button>
              )}
              {canChange &&
                (shown.kind === "record" ? (
                  !shown.withdrawn && (
                    <Button
                      variant="light"
                      color="red"
                      size="xs"
                      onClick={() => setAsking("withdraw")}
                    >
                      {t.withdraw}
                    </Button>
                  )
                ) : (
                  <Button
                    variant="light"
                    color="red"
                    size="xs"
                    leftSection={<IconTrash size={15} aria-hidden />}
                    onClick={() => setAsking("remove")}
                  >
                    {t.remove}
                  </Button>
                ))}
            </Group>
          )
        }
      >
        {editing ? (
          <DocumentEditor
            original={shown.text}
            initial={shown.text}
            label={t.editor(shown.name)}
            onDone={() => setEditing(false)}
            onCancel={() => setEditing(false)}
          />
        ) : (
          <Tabs value={tab} onChange={setTab} keepMounted={false}>
            <Tabs.List mb="md">
              <Tabs.Tab value="text" leftSection={<IconFileText size={15} aria-hidden />}>
                {t.text}
              </Tabs.Tab>
              <Tabs.Tab value="history" leftSection={<IconHistory size={15} aria-hidden />}>
                {t.history}
              </Tabs.Tab>
            </Tabs.List>
            <Tabs.Panel value="text">
              <YamlView text={shown.text} />
            </Tabs.Panel>
            <Tabs.Panel value="history">
              <Revisions kind={shown.kind} name={shown.name} />
            </Tabs.Panel>
          </Tabs>
        )}
      </Card>
      <ReasonDialog
        key={asking ?? "closed"}
        opened={asking !== null}
        title={(asking === "withdraw" ? t.withdrawTitle : t.removeTitle)(shown.name)}
        text={asking === "withdraw" ? t.withdrawText : t.removeText}
        action={asking === "withdraw" ? t.withdraw : t.remove}
        danger
        busy={act.isPending}
        error={act.error}
        onClose={() => {
          setAsking(null);
          act.reset();
        }}
        onDo={(reason) => act.mutate(reason)}
      />
    </>
  );
}

function NewDocument({ kind, documents }: { kind: DocumentKind; documents: DocumentText[] }) {
  const t = texts.documents;
  const navigate = useNavigate();
  const [way, setWay] = useState<"form" | "yaml">(kind === "camera" ? "form" : "yaml");
  const [initial, setInitial] = useState(templates[kind]);
  const leave = () => navigate(`/documents?kind=${kind}`);
  return (
    <Card
      title={`${t.add}: ${t.kind[kind]}`}
      actions={
        kind === "camera" && (
          <SegmentedControl
            size="xs"
            aria-label={t.add}
            value={way}
            onChange={(value) => setWay(value as "form" | "yaml")}
            data={[
              { value: "form", label: t.form },
              { value: "yaml", label: "YAML" },
            ]}
          />
        )
      }
    >
      {way === "form" ? (
        <CameraFormPanel
          documents={documents}
          onYaml={(yaml) => {
            setInitial(yaml);
            setWay("yaml");
          }}
          onCancel={leave}
        />
      ) : (
        <DocumentEditor
          key={initial}
          original=""
          initial={initial}
          label={t.editor(t.kind[kind] ?? kind)}
          onDone={(changes) => {
            const made = changes.find((change) => change.what !== "unchanged");
            if (made === undefined) leave();
            else navigate(`/documents/${made.kind}/${made.name}`);
          }}
          onCancel={leave}
        />
      )}
    </Card>
  );
}

export default function DocumentsPage() {
  const t = texts.documents;
  const user = useUser();
  const params = useParams();
  const [search, setSearch] = useSearchParams();
  const navigate = useNavigate();
  const documents = useDocuments();
  const [find, setFind] = useState("");
  const all = useMemo(
    () => (documents.data === undefined ? [] : splitDocuments(documents.data)),
    [documents.data],
  );
  const adding = asKind(search.get("new"));
  const kind = adding ?? asKind(params.kind) ?? asKind(search.get("kind")) ?? "site";
  const canChange = may(user, "apply");
  const ofKind = all.filter((d) => d.kind === kind);
  const wanted = find.trim().toLowerCase();
  const listed = ofKind.filter((d) =>
    `${d.name} ${d.title} ${d.about}`.toLowerCase().includes(wanted),
  );
  const shown = ofKind.find((d) => d.name === params.name);

  if (documents.data === undefined) {
    return documents.error === null ? (
      <PageSkeleton />
    ) : (
      <ErrorPanel error={documents.error} onRetry={() => void documents.refetch()} />
    );
  }

  return (
    <>
      <PageHeader title={t.title} lead={t.lead}>
        {canChange && (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button leftSection={<IconPlus size={16} aria-hidden />}>{t.add}</Button>
            </Menu.Target>
            <Menu.Dropdown>
              {kinds.map((k) => (
                <Menu.Item key={k} onClick={() => navigate(`/documents?new=${k}`)}>
                  {t.kind[k]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        )}
      </PageHeader>
      <SegmentedControl
        mb="md"
        aria-label={t.title}
        value={kind}
        onChange={(value) => {
          setFind("");
          if (params.kind === undefined) setSearch({ kind: value });
          else navigate(`/documents?kind=${value}`);
        }}
        data={kinds.map((k) => ({
          value: k,
          label: `${t.kinds[k]} ${all.filter((d) => d.kind === k).length}`,
        }))}
      />
      <div className={classes.layout}>
        <div className={classes.list}>
          <TextInput
            aria-label={t.find}
            placeholder={t.find}
            leftSection={<IconSearch size={16} aria-hidden />}
            value={find}
            onChange={(event) => setFind(event.currentTarget.value)}
          />
          <nav aria-label={t.kinds[kind]}>
            {listed.map((d) => (
              <NavLink
                key={d.name}
                to={`/documents/${d.kind}/${d.name}`}
                className={classes.item}
                data-withdrawn={d.withdrawn}
              >
                <span className={classes.itemTitle}>{d.title}</span>
                <span className={classes.itemAbout}>
                  {d.withdrawn ? `${t.withdrawn} · ` : ""}
                  {d.about}
                </span>
              </NavLink>
            ))}
            {listed.length === 0 && ofKind.length > 0 && <p className="muted">{t.noMatch}</p>}
          </nav>
        </div>
        <div>
          {adding !== null && canChange ? (
            <NewDocument key={adding} kind={adding} documents={all} />
          ) : shown !== undefined ? (
            <Detail key={`${shown.kind} ${shown.name}`} document={shown} canChange={canChange} />
          ) : (
            <Notice
              title={ofKind.length === 0 ? t.emptyTitle : (t.kinds[kind] ?? kind)}
              text={`${t.empty[kind]}${ofKind.length === 0 ? "" : ` ${t.choose}`}`}
              icon={<IconFileText size={26} stroke={1.6} />}
            >
              {canChange && (
                <Button variant="default" onClick={() => navigate(`/documents?new=${kind}`)}>
                  {t.add}: {t.kind[kind]}
                </Button>
              )}
            </Notice>
          )}
        </div>
      </div>
    </>
  );
}

import { Anchor, Button, Checkbox, Group, Modal, Stack, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { Link, useSearchParams } from "react-router-dom";
import { api, take } from "../../api/client";
import { sentence } from "../../api/errors";
import { useQuestions } from "../../api/queries";
import type { Question } from "../../api/types";
import { may } from "../../app/rights";
import { useUser } from "../../app/session";
import { Badge } from "../../components/Badges";
import { Card } from "../../components/Card";
import { ErrorPanel } from "../../components/ErrorPanel";
import { Articles } from "../../components/Law";
import { RowsSkeleton } from "../../components/PageSkeleton";
import { toast } from "../../components/toast";
import { texts } from "../../texts";
import { dateWords } from "../../time/words";
import classes from "./law.module.css";
import { arrangeQuestions, asksAbout } from "./questions";

const day = (text: string) => dateWords(Date.parse(`${text}T12:00:00Z`), "UTC");

function useAfter(message: string, onDone: () => void) {
  const client = useQueryClient();
  return () => {
    onDone();
    toast(message);
    for (const key of ["law", "matrix", "documents"]) {
      void client.invalidateQueries({ queryKey: [key] });
    }
  };
}

function OwnerDialog({ question, onClose }: { question: Question; onClose: () => void }) {
  const t = texts.questions;
  const [owner, setOwner] = useState(question.owner);
  const [due, setDue] = useState(question.due ?? "");
  const done = useAfter(t.saved, onClose);
  const saving = useMutation({
    mutationFn: () =>
      take(
        api.PATCH("/api/law/questions/{id}", {
          params: { path: { id: question.id } },
          body: due === "" ? { owner } : { owner, due },
        }),
      ),
    onSuccess: done,
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    saving.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t.ownerTitle}>
      <form onSubmit={submit}>
        <Stack gap="md">
          <TextInput
            label={t.owner}
            description={t.ownerHint}
            value={owner}
            maxLength={120}
            onChange={(event) => setOwner(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            type="date"
            label={t.due}
            value={due}
            onChange={(event) => setDue(event.currentTarget.value)}
          />
          {saving.error !== null && <ErrorPanel error={saving.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button type="submit" loading={saving.isPending}>
              {t.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function AnswerDialog({ question, onClose }: { question: Question; onClose: () => void }) {
  const t = texts.questions;
  const [text, setText] = useState("");
  const [until, setUntil] = useState("");
  const [everywhere, setEverywhere] = useState(false);
  const done = useAfter(t.answered, onClose);
  const answering = useMutation({
    mutationFn: () =>
      take(
        api.POST("/api/law/questions/{id}/answer", {
          params: { path: { id: question.id } },
          body: { text: text.trim(), valid_until: until, everywhere },
        }),
      ),
    onSuccess: done,
  });
  const ready = text.trim().length >= 10 && until !== "";
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (ready) answering.mutate();
  };
  return (
    <Modal opened onClose={onClose} title={t.answerTitle} size="lg">
      <form onSubmit={submit}>
        <Stack gap="md">
          <p className={classes.lead}>{t.answerText(question.rule)}</p>
          <Textarea
            label={t.answerLabel}
            description={t.answerHint}
            value={text}
            maxLength={4000}
            autosize
            minRows={4}
            onChange={(event) => setText(event.currentTarget.value)}
            data-autofocus
          />
          <TextInput
            type="date"
            label={t.until}
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <Checkbox
            label={t.everywhere}
            checked={everywhere}
            onChange={(event) => setEverywhere(event.currentTarget.checked)}
          />
          {answering.error !== null && <ErrorPanel error={answering.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {texts.actions.cancel}
            </Button>
            <Button type="submit" loading={answering.isPending} disabled={!ready}>
              {t.answer}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}

function Item({ question }: { question: Question }) {
  const t = texts.questions;
  const user = useUser();
  const [asked, setAsked] = useState<"owner" | "answer" | null>(null);
  const close = () => setAsked(null);
  const settled = question.state === "settled";
  return (
    <li className={classes.question} data-question={question.id} data-state={question.state}>
      <div className={classes.turnHead}>
        <strong>
          {question.kind === "fact" ? texts.record(question.what) : t.kinds[question.kind]}
        </strong>
        <span className={classes.cameras}>
          {question.site}
          {question.rule !== "" && (
            <>
              {" · "}
              <code>{question.rule}</code>
            </>
          )}
        </span>
        {question.overdue && <Badge tone="wait">{t.overdue}</Badge>}
      </div>
      {question.text !== "" && <div>{sentence(question.text)}</div>}
      {question.cameras.length > 0 && (
        <div className={classes.cause}>
          {question.capabilities.map((name) => texts.capability(name)).join(", ")} ·{" "}
          {question.cameras.join(", ")}
        </div>
      )}
      <div className={classes.cause}>
        {settled && question.settled !== null
          ? t.settledOn(day(question.settled))
          : question.due === null
            ? t.notRaised
            : `${question.owner === "" ? t.nobody : question.owner} · ${t.until_(day(question.due))}`}
        {question.record !== "" && (
          <>
            {" · "}
            <Anchor component={Link} to={`/documents/record/${question.record}`} size="sm">
              {question.record}
            </Anchor>
          </>
        )}
      </div>
      {question.articles.length > 0 && (
        <details>
          <summary>{t.askedBy}</summary>
          <Articles articles={question.articles} />
        </details>
      )}
      {!settled && may(user, "apply") && (
        <Group gap="xs">
          {question.kind === "fact" ? (
            <Button
              component={Link}
              to={`/documents/camera/${question.cameras[0] ?? ""}`}
              size="xs"
              variant="light"
            >
              {t.state}
            </Button>
          ) : (
            <Button size="xs" variant="light" onClick={() => setAsked("answer")}>
              {t.answer}
            </Button>
          )}
          <Button size="xs" variant="default" onClick={() => setAsked("owner")}>
            {t.ownerTitle}
          </Button>
        </Group>
      )}
      {asked === "owner" && <OwnerDialog question={question} onClose={close} />}
      {asked === "answer" && <AnswerDialog question={question} onClose={close} />}
    </li>
  );
}

function List({ questions }: { questions: Question[] }) {
  return (
    <ul className={classes.turns}>
      {questions.map((question) => (
        <Item key={question.id} question={question} />
      ))}
    </ul>
  );
}

/** What the law leaves open here, with who answers it until when. */
export function Questions() {
  const t = texts.questions;
  const [params, setParams] = useSearchParams();
  const questions = useQuestions();
  const camera = params.get("camera");
  const capability = params.get("capability");
  const narrowed = camera !== null && capability !== null;
  const all = questions.data ?? [];
  const section = useRef<HTMLElement>(null);
  const loaded = questions.data !== undefined;
  useEffect(() => {
    if (narrowed && loaded) section.current?.scrollIntoView();
  }, [narrowed, loaded]);
  const { open, possible, settled } = arrangeQuestions(
    narrowed ? all.filter((question) => asksAbout(question, camera, capability)) : all,
  );
  const showAll = () =>
    setParams((before) => {
      const next = new URLSearchParams(before);
      next.delete("camera");
      next.delete("capability");
      return next;
    });
  return (
    <section id="questions" ref={section} data-questions>
      <Card
        title={t.title}
        actions={
          narrowed && (
            <Button variant="default" size="xs" onClick={showAll}>
              {t.showAll}
            </Button>
          )
        }
      >
        {questions.error !== null && questions.data === undefined ? (
          <ErrorPanel error={questions.error} onRetry={() => void questions.refetch()} />
        ) : questions.data === undefined ? (
          <RowsSkeleton />
        ) : (
          <>
            <p className={classes.lead}>
              {narrowed ? t.narrowed(camera, texts.capability(capability)) : t.lead}
            </p>
            {open.length > 0 ? (
              <List questions={open} />
            ) : (
              <p className={classes.empty}>{t.none}</p>
            )}
            {possible.length > 0 && (
              <details open={narrowed}>
                <summary className={classes.fold}>{t.possible(possible.length)}</summary>
                <List questions={possible} />
              </details>
            )}
            {settled.length > 0 && !narrowed && (
              <details>
                <summary className={classes.fold}>{t.settled(settled.length)}</summary>
                <List questions={settled} />
              </details>
            )}
          </>
        )}
      </Card>
    </section>
  );
}

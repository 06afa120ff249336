import { Button, Textarea } from "@mantine/core";
import { IconCheck, IconHelp, IconX } from "@tabler/icons-react";
import { useState } from "react";
import type { JudgementWord } from "../../api/types";
import { texts } from "../../texts";
import classes from "./review.module.css";

export const words: { word: JudgementWord; key: string; Icon: typeof IconX; color: string }[] = [
  { word: "true", key: "T", Icon: IconCheck, color: "#1a7040" },
  { word: "false", key: "F", Icon: IconX, color: "#b3261e" },
  { word: "unsure", key: "U", Icon: IconHelp, color: "gray" },
];

/** True, false or unsure, with a note if somebody wants to say why. */
export function Judge({
  judgement,
  busy,
  onJudge,
}: {
  judgement: JudgementWord | null;
  busy: boolean;
  onJudge: (word: JudgementWord, note: string) => void;
}) {
  const t = texts.review;
  const [note, setNote] = useState("");
  return (
    <div className={classes.judge}>
      <Textarea
        label={t.note}
        description={t.noteHint}
        inputWrapperOrder={["label", "input", "description"]}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        maxLength={500}
        autosize
        minRows={1}
        maxRows={4}
      />
      <div className={classes.judgeButtons} role="group" aria-label={t.judge}>
        {words.map(({ word, key, Icon, color }) => (
          <Button
            key={word}
            variant={judgement === word ? "filled" : "default"}
            {...(judgement === word ? { color } : {})}
            leftSection={<Icon size={16} aria-hidden />}
            rightSection={<kbd className={classes.key}>{key}</kbd>}
            aria-pressed={judgement === word}
            disabled={busy}
            onClick={() => onJudge(word, note.trim())}
          >
            {t.judgements[word]}
          </Button>
        ))}
      </div>
      <p className="muted">{t.judgementHint}</p>
    </div>
  );
}

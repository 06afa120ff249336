import {
  IconArrowsDiff,
  IconBan,
  IconCircleCheck,
  IconCircleDashed,
  IconCircleFilled,
  IconClockQuestion,
  IconDatabaseX,
  IconListCheck,
  IconPlugConnected,
  IconPlugConnectedX,
  IconPower,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { StreamHealth, Verdict } from "../api/types";
import { texts } from "../texts";
import classes from "./panels.module.css";

export type Answer = keyof typeof texts.verdicts;

/** The verdict as a person means it: a refusal that can be turned is not the same as a final one. */
export function answerOf(cell: { verdict: Verdict; pending: boolean }): Answer {
  return cell.verdict === "refuse" && cell.pending ? "pending" : cell.verdict;
}

const verdictIcons: Record<Answer, typeof IconBan> = {
  permit: IconCircleCheck,
  permit_with_duties: IconListCheck,
  pending: IconClockQuestion,
  refuse: IconBan,
  conflict: IconArrowsDiff,
};

export function VerdictIcon({ answer, size = 16 }: { answer: Answer; size?: number }) {
  const Icon = verdictIcons[answer];
  return <Icon size={size} stroke={2} aria-hidden />;
}

export function Badge({
  tone,
  icon,
  children,
}: {
  tone: Answer | "good" | "bad" | "wait" | "idle" | "info";
  icon?: ReactNode;
  children: ReactNode;
}) {
  return (
    <span className={classes.badge} data-tone={tone}>
      {icon}
      {children}
    </span>
  );
}

export function VerdictBadge({ answer }: { answer: Answer }) {
  return (
    <Badge tone={answer} icon={<VerdictIcon answer={answer} size={15} />}>
      {texts.verdicts[answer].label}
    </Badge>
  );
}

type State = StreamHealth["state"];

const states: Record<
  State,
  { tone: "good" | "bad" | "wait" | "idle" | "info"; icon: typeof IconBan }
> = {
  recording: { tone: "good", icon: IconCircleFilled },
  live: { tone: "good", icon: IconPlugConnected },
  connecting: { tone: "wait", icon: IconCircleDashed },
  waiting: { tone: "wait", icon: IconPlugConnectedX },
  refused: { tone: "bad", icon: IconBan },
  off: { tone: "idle", icon: IconPower },
  disk_full: { tone: "bad", icon: IconDatabaseX },
};

export function StateBadge({ state }: { state: State }) {
  const { tone, icon: Icon } = states[state];
  return (
    <Badge tone={tone} icon={<Icon size={state === "recording" ? 9 : 14} aria-hidden />}>
      {texts.states[state] ?? state}
    </Badge>
  );
}

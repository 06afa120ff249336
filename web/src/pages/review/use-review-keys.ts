import { useEffect } from "react";
import type { JudgementWord } from "../../api/types";
import type { Step } from "./selection";

export interface ReviewKeys {
  step: (step: Step, extend: boolean) => void;
  toggle: () => void;
  all: () => void;
  viewed: () => void;
  judge: (word: JudgementWord) => void;
  open: () => void;
  escape: () => void;
}

const steps: Record<string, Step> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
  Home: "first",
  End: "last",
};
const judgements: Record<string, JudgementWord> = { t: "true", f: "false", u: "unsure" };

/** Review by keyboard; not while somebody writes or a list of choices is open. */
export function useReviewKeys(keys: ReviewKeys, opened: boolean): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.altKey || event.defaultPrevented) return;
      const writes =
        /^(TEXTAREA|SELECT)$/.test(target.tagName) || target.matches("input:not([type=checkbox])");
      if (event.key === "Escape") {
        if (writes) target.blur();
        else keys.escape();
        return;
      }
      if (writes || target.getAttribute("role") === "slider") return;
      if (event.ctrlKey || event.metaKey) {
        if (event.key.toLowerCase() !== "a" || opened) return;
        event.preventDefault();
        keys.all();
        return;
      }
      const step = steps[event.key];
      if (step !== undefined) {
        event.preventDefault();
        keys.step(step, event.shiftKey);
        return;
      }
      const key = event.key.toLowerCase();
      const word = judgements[key];
      if (word !== undefined) keys.judge(word);
      else if (key === "r") keys.viewed();
      else if (key === "x") keys.toggle();
      else if (event.key === "Enter" && !/^(BUTTON|A|INPUT)$/.test(target.tagName)) keys.open();
      else return;
      event.preventDefault();
    };
    globalThis.addEventListener("keydown", onKey);
    return () => globalThis.removeEventListener("keydown", onKey);
  }, [keys, opened]);
}

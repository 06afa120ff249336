import type { Question } from "../../api/types";

/** Those that wait, soonest first; those that would be asked; those that are asked no more. */
export function arrangeQuestions(questions: Question[]) {
  const of = (state: Question["state"]) => questions.filter((each) => each.state === state);
  return {
    open: of("open").sort((a, b) => (a.due ?? "").localeCompare(b.due ?? "")),
    possible: of("possible"),
    settled: of("settled").sort((a, b) => (b.settled ?? "").localeCompare(a.settled ?? "")),
  };
}

export function asksAbout(question: Question, camera: string, capability: string): boolean {
  return question.cameras.includes(camera) && question.capabilities.includes(capability);
}

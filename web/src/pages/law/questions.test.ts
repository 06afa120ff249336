import { expect, test } from "vitest";
import type { Question } from "../../api/types";
import { arrangeQuestions, asksAbout } from "./questions";

const question = (id: string, more: Partial<Question>): Question => ({
  id,
  kind: "doubt",
  what: "counsel_attestation",
  rule: "US-TX-CUBI-b1",
  site: "austin",
  state: "open",
  raised: "2026-11-22",
  due: "2026-12-06",
  overdue: false,
  settled: null,
  owner: "",
  record: "",
  text: "",
  articles: [],
  cameras: ["austin-door", "austin-till"],
  capabilities: ["face_identification"],
  in_use: true,
  ...more,
});

test("what is due first stands first, and what is settled last stands before what was long ago", () => {
  const { open, possible, settled } = arrangeQuestions([
    question("later", { due: "2027-01-01" }),
    question("soon", {}),
    question("maybe", { state: "possible", due: null }),
    question("old", { state: "settled", settled: "2026-01-01" }),
    question("new", { state: "settled", settled: "2026-11-01" }),
  ]);
  expect(open.map((each) => each.id)).toEqual(["soon", "later"]);
  expect(possible.map((each) => each.id)).toEqual(["maybe"]);
  expect(settled.map((each) => each.id)).toEqual(["new", "old"]);
});

test("a question is found from the cell that raised it, and from no other", () => {
  const asked = question("a", {});
  expect(asksAbout(asked, "austin-till", "face_identification")).toBe(true);
  expect(asksAbout(asked, "austin-till", "recording")).toBe(false);
  expect(asksAbout(asked, "berlin-gate", "face_identification")).toBe(false);
});

import { expect, test } from "vitest";
import { type Approval, type Lift, liftOf, waitingFor } from "./lifts";

const noon = Date.parse("2026-11-22T12:00:00Z");

const lift = (change: Partial<Lift> = {}): Lift => ({
  id: "l-1",
  state: "running",
  user: { id: "u-1", login: "anna" },
  mine: true,
  cameras: ["gate"],
  reason: "Somebody fell",
  exports: false,
  break_glass: false,
  approved_by: null,
  begins: "2026-11-22T11:55:00Z",
  ends: "2026-11-22T12:05:00Z",
  ended: null,
  how: null,
  review: null,
  ...change,
});

test("a lift is for its holder, its cameras and its time", () => {
  expect(liftOf([lift()], "gate", noon)?.id).toBe("l-1");
  expect(liftOf([lift()], "yard", noon)).toBeNull();
  expect(liftOf([lift({ mine: false })], "gate", noon)).toBeNull();
  expect(liftOf([lift()], "gate", noon + 5 * 60_000)).toBeNull();
  expect(liftOf([lift({ ended: "2026-11-22T11:59:00Z" })], "gate", noon)).toBeNull();
});

test("of several lifts the longest counts", () => {
  const longer = lift({ id: "l-2", ends: "2026-11-22T12:30:00Z" });
  expect(liftOf([lift(), longer], "gate", noon)?.id).toBe("l-2");
});

test("what waits is what this person may decide or review", () => {
  const approval = { may_decide: true } as Approval;
  const review = {
    due: "2026-11-23T12:00:00Z",
    state: "due" as const,
    at: null,
    by: null,
    finding: null,
    note: null,
    may_review: true,
  };
  expect(waitingFor([], [lift()])).toBe(0);
  expect(waitingFor([approval, { may_decide: false } as Approval], [lift({ review })])).toBe(2);
  expect(waitingFor([], [lift({ review: { ...review, may_review: false } })])).toBe(0);
});

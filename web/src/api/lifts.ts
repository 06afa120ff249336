import { useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { may } from "../app/rights";
import { useUser } from "../app/session";
import { api, take } from "./client";
import { unlessTold } from "./events";
import type { components } from "./schema";

export type Lift = components["schemas"]["Lift"];
export type Lifts = components["schemas"]["Lifts"];
export type NewLift = components["schemas"]["NewLift"];
export type Approval = components["schemas"]["Approval"];

export function useLifts() {
  const user = useUser();
  return useQuery({
    queryKey: ["lifts"],
    queryFn: ({ signal }) => take(api.GET("/api/lifts", { signal })),
    enabled: may(user, "lifts"),
    refetchInterval: unlessTold(10_000),
  });
}

export function useApprovals() {
  const user = useUser();
  return useQuery({
    queryKey: ["approvals"],
    queryFn: async ({ signal }) => (await take(api.GET("/api/approvals", { signal }))).approvals,
    enabled: may(user, "lifts"),
    refetchInterval: unlessTold(10_000),
  });
}

export function runsAt(lift: Lift, now: number): boolean {
  return lift.state === "running" && lift.ended === null && Date.parse(lift.ends) > now;
}

/** The lift by which this person sees a camera without masks now, the longest one. */
export function liftOf(lifts: Lift[], camera: string, now: number): Lift | null {
  return lifts
    .filter((lift) => lift.mine && lift.cameras.includes(camera) && runsAt(lift, now))
    .reduce<Lift | null>(
      (best, lift) => (best === null || lift.ends > best.ends ? lift : best),
      null,
    );
}

/** Looks again when a lift ends, so that nothing is asked for that would be refused. */
export function useLift(camera: string): Lift | null {
  const { data } = useLifts();
  const [now, setNow] = useState(Date.now());
  const lift = data === undefined ? null : liftOf(data.lifts, camera, now);
  const ends = lift === null ? null : Date.parse(lift.ends);
  useEffect(() => {
    setNow(Date.now());
  }, [data]);
  useEffect(() => {
    if (ends === null) return;
    const timer = setTimeout(() => setNow(Date.now()), Math.max(0, ends - Date.now()) + 20);
    return () => clearTimeout(timer);
  }, [ends]);
  return lift;
}

/** What waits for this person: requests to decide and break-glass lifts to review. */
export function waitingFor(approvals: Approval[], lifts: Lift[]): number {
  return (
    approvals.filter((approval) => approval.may_decide).length +
    lifts.filter((lift) => lift.review?.may_review === true).length
  );
}

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Role } from "../api/types";
import { may, type Right } from "./rights";

const roles: Role[] = ["viewer", "operator", "officer", "auditor", "admin"];

/** operationId -> who may, from the contract. */
function contract(): Map<string, { roles: string[]; scope: string }> {
  const text = readFileSync(new URL("../../../openapi.yaml", import.meta.url), "utf8");
  const out = new Map<string, { roles: string[]; scope: string }>();
  let operation = "";
  for (const line of text.split("\n")) {
    operation = /^\s+operationId: (\w+)/.exec(line)?.[1] ?? operation;
    const needs = /x-proviso-needs: \{roles: \[([^\]]*)\], scope: (\w+)/.exec(line);
    if (needs) out.set(operation, { roles: needs[1]!.split(", "), scope: needs[2]! });
  }
  return out;
}

const routes: Record<Exclude<Right, "faces">, string> = {
  live: "watchLive",
  timeline: "getTimeline",
  playback: "getPlayback",
  exports: "listExports",
  export: "startExport",
  lifts: "listLifts",
  lift: "beginLift",
  agree: "decideApproval",
  matrix: "getMatrix",
  documents: "getDocuments",
  apply: "applyDocuments",
  ledger: "getLedger",
  users: "listUsers",
  review: "listReview",
  judge: "judgeReview",
  pictures: "getReviewPicture",
  accuracy: "getAccuracy",
  resume: "resumeRule",
  galleries: "listGalleries",
  gallery: "putGallery",
  gallery_people: "listGalleryPeople",
  matches: "listMatches",
};

describe("what a role is offered", () => {
  it.each(Object.entries(routes))("for %s is what the contract says of %s", (right, operation) => {
    const needs = contract().get(operation);
    expect(needs, `${operation} is in openapi.yaml`).toBeDefined();
    for (const role of roles) {
      const all = { role, cameras: null };
      const some = { role, cameras: ["gate"] };
      const allowed = needs!.roles.includes(role);
      expect(may(all, right as Right), `${role}, all cameras`).toBe(allowed);
      expect(may(some, right as Right), `${role}, one camera`).toBe(
        allowed && needs!.scope !== "house",
      );
    }
  });
});

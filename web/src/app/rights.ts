import type { Role } from "../api/types";

/** What a role may ask for: the same table as `x-proviso-needs` in openapi.yaml. The server decides;
 *  this only spares people pages that would answer no. */
const rights = {
  live: ["viewer", "operator", "admin"],
  timeline: ["operator", "officer", "auditor", "admin"],
  playback: ["operator", "admin"],
  exports: ["operator", "officer", "auditor", "admin"],
  export: ["operator", "admin"],
  lifts: ["operator", "officer", "auditor", "admin"],
  lift: ["operator", "admin"],
  agree: ["operator", "officer", "admin"],
  matrix: ["operator", "officer", "auditor", "admin"],
  documents: ["officer", "auditor", "admin"],
  apply: ["officer", "admin"],
  ledger: ["officer", "auditor", "admin"],
  users: ["admin"],
  review: ["operator", "officer", "auditor", "admin"],
  judge: ["operator", "admin"],
  pictures: ["operator", "admin"],
  accuracy: ["operator", "officer", "auditor", "admin"],
  resume: ["officer", "admin"],
  galleries: ["officer", "auditor", "admin"],
  gallery: ["officer", "admin"],
  gallery_people: ["officer", "admin"],
  matches: ["operator", "officer", "admin"],
} satisfies Record<string, Role[]>;

export type Right = keyof typeof rights | "faces";

/** Rights over the whole house: not for accounts that are limited to some cameras. */
const house: Right[] = [
  "documents",
  "apply",
  "ledger",
  "users",
  "galleries",
  "gallery",
  "gallery_people",
];

export function may(user: { role: Role; cameras: string[] | null }, right: Right): boolean {
  // The page of faces has a part for each.
  if (right === "faces") return may(user, "galleries") || may(user, "matches");
  if (house.includes(right) && user.cameras !== null) return false;
  return (rights[right] as Role[]).includes(user.role);
}

export function homeOf(user: { role: Role; cameras: string[] | null }): string {
  return may(user, "live") ? "/live" : "/compliance";
}

import { plain, texts } from "../../texts";

/** The kind of a review item for people. */
export function kindWords(kind: string): string {
  return texts.review.kinds[kind] ?? texts.capability(kind);
}

/** Kinds that can be asked for, rules first. */
export const reviewKinds = [
  ...Object.keys(texts.zones.kindHint),
  "anomaly",
  "tamper",
  "object_detection",
  "face_verification",
  "face_identification",
  "rule_suspended",
];

export function trackWords(track: { kind: string; colour: string }): string {
  const kind = texts.explore.classes[track.kind] ?? plain(track.kind);
  const colour = texts.explore.colours[track.colour] ?? "";
  return colour === "" ? kind : `${kind}, ${colour.toLowerCase()}`;
}

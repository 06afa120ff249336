import { plain, texts } from "../../texts";
import type { Entry } from "../../api/types";

export function typeWords(type: string): string {
  return texts.ledger.types[type] ?? plain(type.replace(/\./g, " "));
}

const first = [
  "camera",
  "capability",
  "act",
  "verdict",
  "cause",
  "kind",
  "name",
  "change",
  "what",
  "stream",
];
const hashLike = /^[0-9a-f]{32,}$|^[A-Za-z0-9+/]{40,}=*$/;

/** The few words of an entry that tell it from its neighbours. */
export function aboutEntry(entry: Pick<Entry, "body">): string {
  const body = entry.body as Record<string, unknown>;
  const words = [
    ...first,
    ...Object.keys(body)
      .filter((key) => !first.includes(key))
      .sort(),
  ].flatMap((key) => {
    const value = body[key];
    if (typeof value === "number" || typeof value === "boolean") return [`${key} ${value}`];
    if (typeof value !== "string" || value === "" || hashLike.test(value)) return [];
    return [first.includes(key) ? value.replace(/_/g, " ") : `${key} ${value}`];
  });
  return words.slice(0, 5).join(" · ");
}

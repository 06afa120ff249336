import type { DocumentKind } from "../../api/types";

export interface DocumentText {
  kind: DocumentKind;
  name: string;
  title: string;
  /** What kind of record, where and until when; the purpose of a camera; for the list. */
  about: string;
  withdrawn: boolean;
  text: string;
}

const kinds: string[] = ["site", "camera", "purpose", "record"];

/** A scalar at the left edge of a YAML document, as the server writes it; "" if it is not there. */
export function topLevel(text: string, key: string): string {
  const match = new RegExp(`^${key}:[ \\t]+(.*)$`, "m").exec(text);
  const raw = (match?.[1] ?? "").trim();
  const quoted = /^"(.*)"$|^'(.*)'$/.exec(raw);
  return quoted ? (quoted[1] ?? quoted[2] ?? "") : raw.replace(/\s+#.*$/, "");
}

/** The answer of `GET /api/documents`, document by document. The text itself is left as it came. */
export function splitDocuments(yaml: string): DocumentText[] {
  return yaml
    .split(/^---[ \t]*$/m)
    .map((part) => part.replace(/^\n+/, "").replace(/\s+$/, ""))
    .filter((part) => part !== "")
    .flatMap((part) => {
      const kind = topLevel(part, "kind");
      const name = topLevel(part, "name");
      if (!kinds.includes(kind) || name === "") return [];
      return [
        {
          kind: kind as DocumentKind,
          name,
          title: topLevel(part, "title") || name,
          about: aboutOf(kind, part),
          withdrawn: topLevel(part, "withdrawn") === "true",
          text: `${part}\n`,
        },
      ];
    });
}

function aboutOf(kind: string, text: string): string {
  const parts = {
    site: [topLevel(text, "sector"), topLevel(text, "timezone")],
    camera: [topLevel(text, "site"), topLevel(text, "purpose")],
    purpose: [topLevel(text, "code"), topLevel(text, "basis")],
    record: [
      topLevel(text, "record"),
      topLevel(text, "site") || topLevel(text, "camera"),
      topLevel(text, "valid_until") && `until ${topLevel(text, "valid_until")}`,
    ],
  }[kind as DocumentKind];
  return parts
    .filter((part) => part !== "")
    .map((part) => part.replace(/_/g, " "))
    .join(" · ");
}

import { type DocumentText, topLevel } from "../documents/split";
import { scalar } from "../documents/templates";

/** Records that can carry an enrolment, as they are named in the packs. */
export function isConsent(record: string): boolean {
  return /consent|release/.test(record) && !/policy/.test(record);
}

/** Consents in force today, for the list to choose from. */
export function consentsOf(
  documents: DocumentText[],
  today: string,
): { value: string; label: string }[] {
  return documents
    .filter((d) => {
      if (d.kind !== "record" || d.withdrawn) return false;
      if (!isConsent(topLevel(d.text, "record"))) return false;
      // A consent that names nobody speaks for a crowd, not for a template.
      if (topLevel(d.text, "subject") === "") return false;
      const from = topLevel(d.text, "valid_from");
      const until = topLevel(d.text, "valid_until");
      return (from === "" || from <= today) && (until === "" || until > today);
    })
    .map((d) => ({ value: d.name, label: d.title === d.name ? d.name : `${d.title} (${d.name})` }));
}

export interface NewConsent {
  record: string;
  site: string;
  /** A day; the last on which it counts is the one before. */
  until: string;
  /** How it was given. */
  text: string;
}

/** The record of one person's consent under a pseudonym; `token` is its random part. */
export function consentYaml(
  consent: NewConsent,
  today: string,
  token: string,
): { name: string; yaml: string } {
  const name = `consent-${token}`;
  const yaml = [
    "kind: record",
    `name: ${name}`,
    `record: ${consent.record}`,
    `site: ${consent.site}`,
    `subject: p-${token}`,
    `valid_from: ${today}`,
    `valid_until: ${consent.until}`,
    `text: ${scalar(consent.text.trim())}`,
    "",
  ].join("\n");
  return { name, yaml };
}

/** Sixteen hexadecimal digits nobody can guess. */
export function newToken(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Consents by the law that asks for them; the first serves where none of the others is named. */
export const consentKinds = [
  "eu_explicit_consent",
  "il_written_release",
  "tx_cubi_consent",
  "co_biometric_consent",
  "qc_express_consent",
  "cn_separate_consent",
  "consent",
];

/** The kind that the place of a site calls for. */
export function consentKindFor(jurisdictions: string[]): string {
  const at = (prefix: string) =>
    jurisdictions.some((j) => j === prefix || j.startsWith(`${prefix}-`));
  if (at("US-IL")) return "il_written_release";
  if (at("US-TX")) return "tx_cubi_consent";
  if (at("US-CO")) return "co_biometric_consent";
  if (at("CA-QC")) return "qc_express_consent";
  if (at("CN")) return "cn_separate_consent";
  if (at("US") || at("CA")) return "consent";
  return "eu_explicit_consent";
}

import type { DocumentKind } from "../../api/types";

/** Where a new document begins: every field that matters, each with a word of help. */
export const templates: Record<DocumentKind, string> = {
  site: `kind: site
name: my-site                  # short, for ever
title: My site
jurisdictions: [DE]            # ISO 3166: country, state (US-IL), city (US-NY-NYC)
sector: retail                 # retail, office, car_park, transport, housing, school, ...
timezone: Europe/Berlin
storage_country: DE            # where the recordings rest
controller:
  name: Example GmbH           # who decides why people are recorded
  kind: private                # private, public_authority, law_enforcement, household, processor
  country: DE
  exempt: []
`,
  camera: `kind: camera
name: my-camera
site: my-site
title: Entrance
purpose: my-purpose
main:
  url: rtsp://camera.example/main
sub:
  url: rtsp://camera.example/sub
audio: false
ptz: false
mobile: false
masks: []
onboard_analytics: []
subjects: [public, staff]
space:
  kind: public_premises
  entrances: 1
  overlooks: []
`,
  purpose: `kind: purpose
name: my-purpose
code: property_protection      # theft_prevention, personal_safety, access_control, ...
basis: legitimate_interests    # consent, contract, legal_obligation, public_task, ...
text: Protect the goods on the premises.
`,
  record: `kind: record
name: my-site-notice
record: notice                 # notice, lia, dpia, retention_reason, works_council_agreement, ...
site: my-site                  # or camera: ...; neither: the whole controller
valid_from: 2026-01-01
valid_until: 2027-01-01
covers: all
`,
};

export interface CameraForm {
  name: string;
  title: string;
  site: string;
  purpose: string;
  main: string;
  sub: string;
  user: string;
  password: string;
  /** null: what the law has for the place */
  days: number | null;
  space: string;
  audio: "unknown" | "yes" | "no";
}

/** A YAML scalar that reads back as exactly this text, whatever it holds. */
export function scalar(text: string): string {
  return JSON.stringify(text);
}

export function cameraYaml(form: CameraForm): string {
  const lines = [
    "kind: camera",
    `name: ${form.name}`,
    `site: ${form.site}`,
    `title: ${scalar(form.title === "" ? form.name : form.title)}`,
    `purpose: ${form.purpose}`,
    "main:",
    `  url: ${scalar(form.main.trim())}`,
  ];
  if (form.sub.trim() !== "") lines.push("sub:", `  url: ${scalar(form.sub.trim())}`);
  if (form.user !== "") lines.push(`user: ${scalar(form.user)}`);
  if (form.password !== "") lines.push(`password: ${scalar(form.password)}`);
  if (form.days !== null) lines.push(`footage_days: ${form.days}`);
  if (form.audio !== "unknown") lines.push(`audio: ${form.audio === "yes"}`);
  if (form.space !== "") lines.push("space:", `  kind: ${form.space}`);
  return `${lines.join("\n")}\n`;
}

/** "rtsp://user:secret@host": credentials belong into fields of their own, which are sealed. */
export function hasCredentials(url: string): boolean {
  return /^[a-z]+:\/\/[^/]*@/i.test(url.trim());
}

export const spaceKinds = [
  "street",
  "public_premises",
  "workplace",
  "sanitary",
  "changing_room",
  "school",
  "health",
  "dwelling",
  "private",
];

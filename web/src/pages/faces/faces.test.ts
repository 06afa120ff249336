import { describe, expect, it } from "vitest";
import type { ThresholdFigure } from "../../api/faces";
import { parse } from "yaml";
import { splitDocuments } from "../documents/split";
import { consentsOf, consentYaml } from "./consents";
import { inequalityOf, figureAt, perDay, share } from "./figures";
import { isJpeg, kMostBytes, readPictures, toBase64 } from "./pictures";

const rate = (value: number) => ({
  rate: value,
  low: value / 2,
  high: value * 2,
  errors: 1,
  trials: 1000,
});
const figure = (threshold: number, change: Partial<ThresholdFigure> = {}): ThresholdFigure => ({
  threshold,
  people: 12,
  faces_per_day: 300,
  looks_per_day: 1400,
  days_measured: 3,
  measured_on: "a set",
  fmr: rate(0.001),
  fnmr: rate(0.01),
  false_alerts_per_day: { value: 1.4, low: 0.7, high: 2.8 },
  false_alerts_per_day_at_most: 6,
  groups: [
    { group: "a", fmr: rate(0.0018), fnmr: rate(0.01) },
    { group: "b", fmr: rate(0.043), fnmr: rate(0.02) },
  ],
  worst_group: "b",
  worst_over_mean: 4.9,
  groups_too_small: [],
  warnings: [],
  ...change,
});

describe("threshold figures", () => {
  it("are never better than what was measured", () => {
    const figures = [figure(0.3), figure(0.4), figure(0.5)];
    expect(figureAt(figures, 0.49)?.threshold).toBe(0.4);
    expect(figureAt(figures, 0.5)?.threshold).toBe(0.5);
    expect(figureAt(figures, 0.29)).toBeNull();
    expect(figureAt(figures, 9)?.threshold).toBe(0.5);
    expect(figureAt([], 0.4)).toBeNull();
  });

  it("name the group that is matched wrongly most", () => {
    expect(inequalityOf(figure(0.4))).toEqual({ kind: "worst", group: "b", times: "4.9" });
    expect(inequalityOf(figure(0.4, { worst_over_mean: 1.2 })).kind).toBe("even");
  });

  it("do not call equal what was not measured", () => {
    expect(inequalityOf(figure(0.4, { worst_over_mean: null })).kind).toBe("unknown");
    expect(inequalityOf(figure(0.4, { groups: [] })).kind).toBe("none");
  });

  it("are said in numbers a person can weigh", () => {
    expect(perDay(0)).toBe("0");
    expect(perDay(0.0004)).toBe("fewer than 0.01");
    expect(perDay(0.043)).toBe("0.04");
    expect(perDay(3.14)).toBe("3.1");
    expect(perDay(1400.4)).toBe("1,400");
    expect(share(0.0018)).toBe("0.18 %");
    expect(share(0.043)).toBe("4.3 %");
    expect(share(0)).toBe("0 %");
    expect(share(1e-7)).toBe("< 0.001 %");
  });
});

const file = (name: string, bytes: number[], size = bytes.length) => ({
  name,
  size,
  arrayBuffer: async () => new Uint8Array(bytes).buffer as ArrayBuffer,
});
const jpeg = [0xff, 0xd8, 0xff, 0xe0, 1, 2];

describe("pictures to enrol", () => {
  it("are told by their bytes, not by their names", async () => {
    const { pictures, rejected } = await readPictures(
      [
        file("a.png", jpeg),
        file("b.jpg", [0x89, 0x50, 0x4e, 0x47]),
        file("c.jpg", jpeg, kMostBytes + 1),
      ],
      0,
    );
    expect(pictures).toEqual([{ name: "a.png", base64: btoa(String.fromCharCode(...jpeg)) }]);
    expect(rejected).toEqual([
      { name: "b.jpg", why: "not_jpeg" },
      { name: "c.jpg", why: "large" },
    ]);
  });

  it("are eight at most", async () => {
    const many = Array.from({ length: 4 }, (_, i) => file(`${i}.jpg`, jpeg));
    const { pictures, rejected } = await readPictures(many, 6);
    expect(pictures).toHaveLength(2);
    expect(rejected.map((r) => r.why)).toEqual(["too_many", "too_many"]);
  });

  it("survive being written as text, however large", () => {
    const bytes = Uint8Array.from({ length: 100_000 }, (_, i) => i % 251);
    const back = Uint8Array.from(atob(toBase64(bytes)), (c) => c.charCodeAt(0));
    expect(back).toEqual(bytes);
    expect(isJpeg(new Uint8Array())).toBe(false);
  });
});

describe("consents to choose from", () => {
  const record = (name: string, kind: string, more = "", subject = "subject: p-1\n") =>
    `kind: record\nname: ${name}\nrecord: ${kind}\n${subject}${more}`;

  it("are consents of one person, in force, not withdrawn", () => {
    const documents = splitDocuments(
      [
        record("anna", "eu_explicit_consent", "valid_until: 2027-01-01\n"),
        record("old", "eu_explicit_consent", "valid_until: 2026-11-23\n"),
        record("early", "il_written_release", "valid_from: 2027-01-01\n"),
        record("bob", "il_written_release"),
        record("gone", "eu_explicit_consent", "withdrawn: true\n"),
        record("everybody", "consent", "", ""),
        record("sign", "notice"),
      ].join("---\n"),
    );
    expect(consentsOf(documents, "2026-11-23").map((c) => c.value)).toEqual(["anna", "bob"]);
  });

  it("can be put on record without anybody's name", () => {
    const { name, yaml } = consentYaml(
      {
        record: "eu_explicit_consent",
        site: "berlin",
        until: "2027-06-30",
        text: 'On paper: "yes"\nsigned',
      },
      "2026-11-23",
      "7f3a9c01",
    );
    expect(name).toBe("consent-7f3a9c01");
    const [document] = splitDocuments(yaml);
    expect(consentsOf(document === undefined ? [] : [document], "2026-11-23")).toEqual([
      { value: name, label: name },
    ]);
    expect(parse(yaml)).toEqual({
      kind: "record",
      name,
      record: "eu_explicit_consent",
      site: "berlin",
      subject: "p-7f3a9c01",
      valid_from: "2026-11-23",
      valid_until: "2027-06-30",
      text: 'On paper: "yes"\nsigned',
    });
  });
});

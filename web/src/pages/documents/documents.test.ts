import { describe, expect, it } from "vitest";
import { splitDocuments, topLevel } from "./split";
import { cameraYaml, hasCredentials, scalar } from "./templates";

describe("documents", () => {
  const yaml = `kind: site
name: berlin
title: "Car park: Berlin"
controller:
  name: Parkhaus GmbH
  kind: private
---
kind: record
name: berlin-notice
record: notice
site: berlin
valid_until: 2027-06-01
withdrawn: true
---
kind: unheard-of
name: x
`;

  it("are split as the server writes them", () => {
    const documents = splitDocuments(yaml);
    expect(documents.map((d) => [d.kind, d.name, d.withdrawn])).toEqual([
      ["site", "berlin", false],
      ["record", "berlin-notice", true],
    ]);
    expect(documents[0]?.title).toBe("Car park: Berlin");
    expect(documents[1]?.about).toBe("notice · berlin · until 2027-06-01");
  });

  it("are named by their own fields, not by nested ones", () => {
    expect(topLevel(yaml, "name")).toBe("berlin");
    expect(topLevel("controller:\n  kind: private\n", "kind")).toBe("");
  });

  it("keep their text exactly", () => {
    expect(splitDocuments(yaml)[0]?.text).toBe(`${yaml.split("\n---")[0]}\n`);
  });
});

describe("the camera form", () => {
  it("writes texts that YAML cannot misread", () => {
    expect(scalar('a: "b" #c\n')).toBe('"a: \\"b\\" #c\\n"');
    const yaml = cameraYaml({
      name: "gate",
      title: "yes: #1",
      site: "berlin",
      purpose: "safety",
      main: "rtsp://10.0.0.5/main",
      sub: "",
      user: "admin",
      password: "0x1F: no",
      days: 3,
      space: "",
      audio: "unknown",
    });
    expect(yaml).toContain('title: "yes: #1"\n');
    expect(yaml).toContain('password: "0x1F: no"\n');
    expect(yaml).not.toContain("sub:");
    expect(yaml).not.toContain("audio:");
  });

  it("notices credentials in an address", () => {
    expect(hasCredentials("rtsp://admin:secret@10.0.0.5/main")).toBe(true);
    expect(hasCredentials("rtsp://10.0.0.5/main?x=a@b")).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import type { Camera, Cell, Matrix, Site } from "../../api/types";
import { arrange, matches, tally, isQuestion } from "./arrange";

const cell = (
  camera: string,
  capability: string,
  verdict: Cell["verdict"],
  pending = false,
): Cell => ({
  camera,
  capability,
  verdict,
  pending,
  words: "",
  reasons: [],
  missing: [],
  duties: [],
  footage_days_cap: null,
});

const matrix: Matrix = {
  on: "2026-11-22",
  capabilities: ["recording", "face_identification", "something_new"],
  cameras: ["gate", "till", "orphan"],
  overdue: [],
  cells: [
    cell("gate", "recording", "permit_with_duties"),
    cell("gate", "face_identification", "refuse"),
    cell("till", "recording", "refuse", true),
    cell("till", "face_identification", "conflict"),
  ],
};
const cameras = [
  { name: "gate", site: "berlin" },
  { name: "till", site: "paris" },
] as Camera[];
const sites = [
  { name: "berlin", title: "Car park", jurisdictions: ["DE"] },
  { name: "paris", title: "", jurisdictions: ["FR"] },
] as Site[];

describe("the matrix", () => {
  it("puts cameras under their sites and shows capabilities nobody knows yet", () => {
    const { sites: rows, groups, columns, cell: at } = arrange(matrix, cameras, sites, null, null);
    expect(rows.map((r) => [r.title, r.cameras])).toEqual([
      ["Car park", ["gate"]],
      ["paris", ["till"]],
      ["", ["orphan"]],
    ]);
    expect(groups.map((g) => g.kinds)).toEqual([
      ["recording"],
      ["face_identification"],
      ["something_new"],
    ]);
    expect(columns).toBe(3);
    expect(at("gate", "face_identification")?.verdict).toBe("refuse");
    expect(at("gate", "something_new")).toBeUndefined();
  });

  it("can be cut to a site and a group", () => {
    const cut = arrange(matrix, cameras, sites, "paris", "biometrics");
    expect(cut.sites.map((r) => r.name)).toEqual(["paris"]);
    expect(cut.columns).toBe(1);
  });

  it("tells refusals that can be turned from those that cannot", () => {
    expect(tally(matrix.cells)).toEqual({ permitted: 1, pending: 1, refused: 2 });
    expect(matrix.cells.filter((c) => matches(c, "missing")).map((c) => c.camera)).toEqual([
      "till",
    ]);
    expect(matrix.cells.filter((c) => matches(c, "refused"))).toHaveLength(3);
  });

  it("knows what is a question and what is a record to be put down", () => {
    expect(["counsel_attestation", "subjects", "space.kind"].every(isQuestion)).toBe(true);
    expect(["notice", "dpia"].some(isQuestion)).toBe(false);
  });
});

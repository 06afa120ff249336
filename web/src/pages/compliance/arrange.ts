import type { Camera, Cell, Matrix, Site } from "../../api/types";
import { answerOf } from "../../components/Badges";
import { texts } from "../../texts";

export type Filter = "all" | "refused" | "missing";

export function matches(cell: Cell, filter: Filter): boolean {
  const answer = answerOf(cell);
  if (filter === "refused")
    return answer === "refuse" || answer === "pending" || answer === "conflict";
  if (filter === "missing") return answer === "pending";
  return true;
}

export function tally(cells: Cell[]): { permitted: number; pending: number; refused: number } {
  const answers = cells.map(answerOf);
  return {
    permitted: answers.filter((a) => a === "permit" || a === "permit_with_duties").length,
    pending: answers.filter((a) => a === "pending").length,
    refused: answers.filter((a) => a === "refuse" || a === "conflict").length,
  };
}

export interface Arranged {
  groups: { label: string; kinds: string[] }[];
  columns: number;
  sites: { name: string; title: string; jurisdictions: string[]; cameras: string[] }[];
  cell(camera: string, capability: string): Cell | undefined;
}

/** The answer of the server as a table: capabilities in groups, cameras under their sites. */
export function arrange(
  matrix: Matrix,
  cameras: Camera[],
  sites: Site[],
  onlySite: string | null,
  onlyGroup: string | null,
): Arranged {
  const known = new Set(texts.capabilityGroups.flatMap((group) => group.kinds));
  const groups = [
    ...texts.capabilityGroups.map((group) => ({
      id: group.id,
      label: group.label,
      kinds: matrix.capabilities.filter((kind) => group.kinds.includes(kind)),
    })),
    {
      id: "other",
      label: texts.otherGroup,
      kinds: matrix.capabilities.filter((kind) => !known.has(kind)),
    },
  ].filter(({ id, kinds }) => kinds.length > 0 && (onlyGroup === null || id === onlyGroup));

  const siteOf = new Map(cameras.map((camera) => [camera.name, camera.site]));
  const rows = new Map<string, string[]>();
  for (const camera of matrix.cameras) {
    const site = siteOf.get(camera) ?? "";
    if (onlySite !== null && site !== onlySite) continue;
    rows.set(site, [...(rows.get(site) ?? []), camera]);
  }
  const byPlace = new Map(
    matrix.cells.map((cell) => [`${cell.camera} ${cell.capability}`, cell] as const),
  );
  return {
    groups,
    columns: groups.reduce((sum, group) => sum + group.kinds.length, 0),
    sites: [...rows].map(([name, list]) => {
      const site = sites.find((s) => s.name === name);
      return {
        name,
        title: site?.title || name,
        jurisdictions: site?.jurisdictions ?? [],
        cameras: list,
      };
    }),
    cell: (camera, capability) => byPlace.get(`${camera} ${capability}`),
  };
}

/** What no record answers: a fact that somebody must state, or a question for counsel. */
export function isQuestion(what: string): boolean {
  return (
    what === "counsel_attestation" || what === "subjects" || what === "places" || what.includes(".")
  );
}

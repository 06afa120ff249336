import type { Export } from "../../api/types";

export function bundleUrl(id: string): string {
  return `/api/exports/${encodeURIComponent(id)}/bundle`;
}

/** "berlin-gate-20261122T090000Z.proviso" */
export function fileName(job: Pick<Export, "camera" | "from">): string {
  const stamp = new Date(job.from).toISOString().slice(0, 19).replace(/[-:]/g, "");
  return `${job.camera}-${stamp}Z.proviso`;
}

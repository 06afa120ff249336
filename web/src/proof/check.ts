import type { InclusionProof } from "../api/types";
import { equal, fromBase64, fromHex, utf8 } from "./bytes";
import { parseCheckpoint, parseVerifierKey, verifySignature } from "./checkpoint";
import { leafHash, verifyInclusion } from "./merkle";

export type Step = "leaf" | "path" | "note" | "signature";
export type Outcome = "good" | "bad" | "unsupported";

export interface Checked {
  steps: Record<Step, Outcome>;
  outcome: "proven" | "partly" | "not";
}

/** Hash or path step in either spelling the field uses; exactly 32 bytes or nothing. */
function digest(text: string): Uint8Array | null {
  const bytes = text.length === 64 ? fromHex(text) : fromBase64(text);
  return bytes?.length === 32 ? bytes : null;
}

/**
 * Checks everything the server sent about one entry, believing none of it: the leaf is hashed from
 * the bytes, the root is computed from the leaf, and root and size are read from the signed note.
 */
export async function checkProof(proof: InclusionProof, index: number): Promise<Checked> {
  const bad: Checked["steps"] = { leaf: "bad", path: "bad", note: "bad", signature: "bad" };
  const steps = { ...bad };

  const leaf = await leafHash(utf8(proof.entry_bytes));
  const stated = digest(proof.leaf_hash);
  if (proof.index === index && stated !== null && equal(leaf, stated)) steps.leaf = "good";

  const root = digest(proof.root);
  const path = proof.path.map(digest);
  if (root !== null && path.every((hash) => hash !== null)) {
    const reaches = await verifyInclusion(leaf, index, proof.size, path, root);
    if (reaches) steps.path = "good";
  }

  const checkpoint = parseCheckpoint(proof.checkpoint_note);
  if (
    checkpoint !== null &&
    root !== null &&
    checkpoint.size === proof.size &&
    checkpoint.origin === proof.origin &&
    equal(checkpoint.root, root)
  ) {
    steps.note = "good";
    const verifier = await parseVerifierKey(proof.verifier_key);
    if (verifier !== null) {
      const state = await verifySignature(checkpoint, verifier);
      steps.signature = state === "valid" ? "good" : state === "invalid" ? "bad" : "unsupported";
    }
  }

  const values = Object.values(steps);
  const outcome = values.includes("bad")
    ? "not"
    : values.includes("unsupported")
      ? "partly"
      : "proven";
  return { steps, outcome };
}

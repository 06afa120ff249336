import { type Bytes, concat, equal, fromBase64, utf8 } from "./bytes";

/** A C2SP tlog-checkpoint inside a C2SP signed note. */
export interface Checkpoint {
  origin: string;
  size: number;
  root: Bytes;
  /** What is signed: every line above the empty one, with its newline. */
  text: string;
  signatures: { name: string; keyHash: Bytes; signature: Bytes }[];
}

export interface VerifierKey {
  origin: string;
  keyHash: Bytes;
  key: Bytes;
}

const kEd25519 = 0x01;

export function parseCheckpoint(note: string): Checkpoint | null {
  const split = note.indexOf("\n\n");
  if (split < 0 || !note.endsWith("\n")) return null;
  const text = note.slice(0, split + 1);
  const [origin, size, root, ...rest] = text.slice(0, -1).split("\n");
  if (!origin || !size || !root || rest.some((line) => line === "")) return null;
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size)) return null;
  const rootBytes = fromBase64(root);
  if (rootBytes?.length !== 32) return null;

  const signatures: Checkpoint["signatures"] = [];
  for (const line of note.slice(split + 2, -1).split("\n")) {
    const match = /^\u2014 (\S+) (\S+)$/.exec(line);
    const blob = match?.[2] === undefined ? null : fromBase64(match[2]);
    if (!match?.[1] || blob === null || blob.length < 5) return null;
    signatures.push({ name: match[1], keyHash: blob.slice(0, 4), signature: blob.slice(4) });
  }
  return { origin, size: Number(size), root: rootBytes, text, signatures };
}

/** "origin+1a2b3c4d+<base64>"; null unless the hash fits the key. */
export async function parseVerifierKey(text: string): Promise<VerifierKey | null> {
  const match = /^(\S+?)\+([0-9a-f]{8})\+(\S+)$/.exec(text);
  const blob = match?.[3] === undefined ? null : fromBase64(match[3]);
  if (!match?.[1] || blob?.length !== 33 || blob[0] !== kEd25519) return null;
  const digest = await crypto.subtle.digest("SHA-256", concat(utf8(`${match[1]}\n`), blob));
  const keyHash = new Uint8Array(digest).slice(0, 4);
  const stated = Number.parseInt(match[2] ?? "", 16);
  if (new DataView(keyHash.buffer).getUint32(0) !== stated) return null;
  return { origin: match[1], keyHash, key: blob.slice(1) };
}

export type SignatureState = "valid" | "invalid" | "unsupported";

/** "unsupported": this browser has no Ed25519, so nothing is claimed either way. */
export async function verifySignature(
  checkpoint: Checkpoint,
  verifier: VerifierKey,
): Promise<SignatureState> {
  if (checkpoint.origin !== verifier.origin) return "invalid";
  const signature = checkpoint.signatures.find(
    (s) => s.name === verifier.origin && equal(s.keyHash, verifier.keyHash),
  );
  if (signature === undefined) return "invalid";
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey("raw", verifier.key, { name: "Ed25519" }, false, [
      "verify",
    ]);
  } catch (error) {
    if (error instanceof DOMException && error.name === "NotSupportedError") return "unsupported";
    return "invalid";
  }
  const good = await crypto.subtle.verify(
    { name: "Ed25519" },
    key,
    signature.signature,
    utf8(checkpoint.text),
  );
  return good ? "valid" : "invalid";
}

import { type Bytes, concat, equal } from "./bytes";

/** RFC 6962 section 2.1 with WebCrypto's SHA-256. */

async function sha256(bytes: Bytes): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}

export function leafHash(entry: Uint8Array): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(0), entry));
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(concat(Uint8Array.of(1), left, right));
}

/**
 * The root that `leaf` at `index` of `size` leads to along `path` (RFC 9162 section 2.1.3.2), or
 * null if the path does not have the one length it must have.
 */
export async function rootOf(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
): Promise<Uint8Array | null> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size)) return null;
  if (index < 0 || index >= size) return null;
  // Halving instead of shifting: JavaScript shifts know only 32 bits.
  let at = index;
  let last = size - 1;
  let hash = leaf;
  for (const step of path) {
    if (last === 0 || step.length !== 32) return null;
    if (at % 2 === 1 || at === last) {
      hash = await nodeHash(step, hash);
      while (at % 2 === 0 && at !== 0) {
        at /= 2;
        last = Math.floor(last / 2);
      }
    } else {
      hash = await nodeHash(hash, step);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 ? hash : null;
}

export async function verifyInclusion(
  leaf: Uint8Array,
  index: number,
  size: number,
  path: Uint8Array[],
  root: Uint8Array,
): Promise<boolean> {
  const reached = await rootOf(leaf, index, size, path);
  return reached !== null && equal(reached, root);
}

import { describe, expect, it } from "vitest";
import { fromHex, toHex } from "./bytes";
import { leafHash, nodeHash, rootOf, verifyInclusion } from "./merkle";

// The leaves and roots of the Certificate Transparency reference tests (RFC 6962).
const leaves = [
  "",
  "00",
  "10",
  "2021",
  "3031",
  "40414243",
  "5051525354555657",
  "606162636465666768696a6b6c6d6e6f",
];
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

const bytes = (hex: string) => {
  const out = fromHex(hex);
  if (out === null) throw new Error(`not hexadecimal: ${hex}`);
  return out;
};

async function path(hashes: Uint8Array[], index: number): Promise<Uint8Array[]> {
  if (hashes.length <= 1) return [];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  if (index < split) {
    return [...(await path(hashes.slice(0, split), index)), await root(hashes.slice(split))];
  }
  return [...(await path(hashes.slice(split), index - split)), await root(hashes.slice(0, split))];
}

async function root(hashes: Uint8Array[]): Promise<Uint8Array> {
  if (hashes.length === 1 && hashes[0]) return hashes[0];
  let split = 1;
  while (split * 2 < hashes.length) split *= 2;
  return nodeHash(await root(hashes.slice(0, split)), await root(hashes.slice(split)));
}

describe("inclusion proofs", () => {
  it("lead every leaf of every tree to the root of the reference tests", async () => {
    const hashes = await Promise.all(leaves.map((leaf) => leafHash(bytes(leaf))));
    for (let size = 1; size <= leaves.length; size += 1) {
      for (let index = 0; index < size; index += 1) {
        const reached = await rootOf(
          hashes[index] as Uint8Array,
          index,
          size,
          await path(hashes.slice(0, size), index),
        );
        expect(reached && toHex(reached), `${index} of ${size}`).toBe(roots[size - 1]);
      }
    }
  });

  it("accept the published path of leaf 5 in the tree of 8", async () => {
    const good = await verifyInclusion(
      await leafHash(bytes("40414243")),
      5,
      8,
      [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      ].map(bytes),
      bytes(roots[7] as string),
    );
    expect(good).toBe(true);
  });

  it("fail for another leaf, index, size, path or root", async () => {
    const hashes = await Promise.all(leaves.map((leaf) => leafHash(bytes(leaf))));
    const proof = await path(hashes, 3);
    const goal = bytes(roots[7] as string);
    const leaf = hashes[3] as Uint8Array;
    expect(await verifyInclusion(leaf, 3, 8, proof, goal)).toBe(true);
    expect(await verifyInclusion(hashes[4] as Uint8Array, 3, 8, proof, goal)).toBe(false);
    expect(await verifyInclusion(leaf, 2, 8, proof, goal)).toBe(false);
    expect(await verifyInclusion(leaf, 3, 4, proof, goal)).toBe(false);
    expect(await verifyInclusion(leaf, 3, 8, proof.slice(1), goal)).toBe(false);
    expect(await verifyInclusion(leaf, 3, 8, [...proof, leaf], goal)).toBe(false);
    for (const step of proof.keys()) {
      for (let bit = 0; bit < 256; bit += 1) {
        const bent = proof.map((hash) => hash.slice());
        (bent[step] as Uint8Array)[bit >> 3]! ^= 1 << (bit & 7);
        expect(await verifyInclusion(leaf, 3, 8, bent, goal)).toBe(false);
      }
    }
  });

  it("refuse indices outside the tree and numbers JavaScript cannot hold", async () => {
    const leaf = await leafHash(bytes("00"));
    expect(await rootOf(leaf, 1, 1, [])).toBeNull();
    expect(await rootOf(leaf, -1, 1, [])).toBeNull();
    expect(await rootOf(leaf, 0, 2 ** 53, [])).toBeNull();
    expect(await rootOf(leaf, 0.5, 2, [leaf])).toBeNull();
  });

  it("hold beyond 32 bits, where JavaScript's shifts end", async () => {
    // The last leaf of a tree of 2^40 + 1 hangs directly under the root.
    const leaf = await leafHash(bytes("00"));
    const other = await leafHash(bytes("10"));
    const size = 2 ** 40 + 1;
    expect(toHex((await rootOf(leaf, size - 1, size, [other])) as Uint8Array)).toBe(
      toHex(await nodeHash(other, leaf)),
    );
  });
});

import { beforeAll, describe, expect, it } from "vitest";
import type { InclusionProof } from "../api/types";
import { concat, toBase64, toHex, utf8 } from "./bytes";
import { checkProof } from "./check";
import { leafHash, nodeHash } from "./merkle";

let proof: InclusionProof;

beforeAll(async () => {
  const origin = "proviso.example/test";
  const entries = ['{"type":"a"}', '{"type":"b"}', '{"type":"c"}'];
  const [a, b, c] = (await Promise.all(entries.map((e) => leafHash(utf8(e))))) as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  const root = await nodeHash(await nodeHash(a, b), c);
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const blob = concat(Uint8Array.of(1), raw);
  const digest = await crypto.subtle.digest("SHA-256", concat(utf8(`${origin}\n`), blob));
  const hash = new Uint8Array(digest).slice(0, 4);
  const text = `${origin}\n3\n${toBase64(root)}\n`;
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, utf8(text));
  proof = {
    index: 1,
    entry_bytes: entries[1] as string,
    leaf_hash: toHex(b),
    path: [toHex(a), toHex(c)],
    size: 3,
    root: toHex(root),
    origin,
    checkpoint_note: `${text}\n\u2014 ${origin} ${toBase64(concat(hash, new Uint8Array(signature)))}\n`,
    verifier_key: `${origin}+${toHex(hash)}+${toBase64(blob)}`,
  };
});

describe("a proof from the server", () => {
  it("is proven when everything fits", async () => {
    expect(await checkProof(proof, 1)).toEqual({
      steps: { leaf: "good", path: "good", note: "good", signature: "good" },
      outcome: "proven",
    });
  });

  it("of another entry than the one asked for is not proven", async () => {
    expect((await checkProof(proof, 0)).outcome).toBe("not");
  });

  it.each<[string, Partial<InclusionProof>]>([
    ["bytes", { entry_bytes: '{"type":"B"}' }],
    ["index", { index: 2 }],
    ["size", { size: 4 }],
    ["root", { root: "00".repeat(32) }],
    ["origin", { origin: "proviso.example/other" }],
    ["path", { path: [] }],
    ["hash that is none", { leaf_hash: "xyz" }],
    ["note", { checkpoint_note: "nothing\n" }],
    ["key", { verifier_key: "nothing" }],
  ])("with another %s is not proven", async (_, change) => {
    expect((await checkProof({ ...proof, ...change }, 1)).outcome).toBe("not");
  });

  it("whose signature was made for another root is not proven, and says which step broke", async () => {
    const other = proof.checkpoint_note.replace(
      /(\u2014 \S+ \S{12})./,
      (all: string, head: string) => (all.endsWith("A") ? `${head}B` : `${head}A`),
    );
    const { steps, outcome } = await checkProof({ ...proof, checkpoint_note: other }, 1);
    expect(outcome).toBe("not");
    expect(steps).toMatchObject({ leaf: "good", path: "good", note: "good", signature: "bad" });
  });
});

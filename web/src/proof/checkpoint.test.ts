import { beforeAll, describe, expect, it } from "vitest";
import { concat, fromBase64, fromHex, toBase64, toHex, utf8 } from "./bytes";
import { parseCheckpoint, parseVerifierKey, verifySignature } from "./checkpoint";

const origin = "proviso.example/demo";
let note = "";
let key = "";

beforeAll(async () => {
  const pair = (await crypto.subtle.generateKey({ name: "Ed25519" }, true, [
    "sign",
    "verify",
  ])) as CryptoKeyPair;
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const blob = concat(Uint8Array.of(1), raw);
  const digest = await crypto.subtle.digest("SHA-256", concat(utf8(`${origin}\n`), blob));
  const hash = new Uint8Array(digest).slice(0, 4);
  key = `${origin}+${toHex(hash)}+${toBase64(blob)}`;
  const text = `${origin}\n42\n${toBase64(new Uint8Array(32).fill(7))}\n`;
  const signature = await crypto.subtle.sign({ name: "Ed25519" }, pair.privateKey, utf8(text));
  note = `${text}\n\u2014 ${origin} ${toBase64(concat(hash, new Uint8Array(signature)))}\n`;
});

describe("checkpoints", () => {
  it("are read and their signature verifies", async () => {
    const checkpoint = parseCheckpoint(note);
    const verifier = await parseVerifierKey(key);
    expect(checkpoint?.size).toBe(42);
    expect(checkpoint && verifier && (await verifySignature(checkpoint, verifier))).toBe("valid");
  });

  it("of another size or by another name are invalid", async () => {
    const verifier = (await parseVerifierKey(key))!;
    const grown = parseCheckpoint(note.replace("\n42\n", "\n43\n"))!;
    expect(await verifySignature(grown, verifier)).toBe("invalid");
    const renamed = parseCheckpoint(note.replaceAll(origin, "proviso.example/other"))!;
    expect(await verifySignature(renamed, verifier)).toBe("invalid");
  });

  it("in any other spelling are not read", () => {
    expect(parseCheckpoint(note.slice(0, -1))).toBeNull();
    expect(parseCheckpoint(note.replace("\n42\n", "\n042\n"))).toBeNull();
    expect(parseCheckpoint(note.replace("\n42\n", "\n-1\n"))).toBeNull();
    expect(parseCheckpoint(note.replace("\u2014 ", "- "))).toBeNull();
    expect(parseCheckpoint("")).toBeNull();
  });

  it("need a verifier key whose hash fits", async () => {
    const [name, hash, blob] = key.split("+", 2).concat(key.split("+").slice(2).join("+"));
    const bent = (Number.parseInt(hash!, 16) ^ 1).toString(16).padStart(8, "0");
    expect(await parseVerifierKey(`${name}+${bent}+${blob}`)).toBeNull();
    expect(await parseVerifierKey("nonsense")).toBeNull();
  });
});

describe("strict decoding", () => {
  it("knows one spelling of base64 and of hexadecimal", () => {
    expect(fromBase64("q2I=")).not.toBeNull();
    expect(fromBase64("q2K=")).toBeNull();
    expect(fromBase64("q2I")).toBeNull();
    expect(fromHex("0AFF")).toBeNull();
    expect(fromHex("abc")).toBeNull();
  });
});

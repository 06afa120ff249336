import { readdirSync, readFileSync, statSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { texts } from "../../texts";

const root = new URL("../../../../", import.meta.url).pathname;

function sources(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = `${folder}/${name}`;
    if (statSync(path).isDirectory()) return /^(tests|bench)$/.test(name) ? [] : sources(path);
    return /\.(cpp|h)$/.test(name) ? [readFileSync(path, "utf8")] : [];
  });
}

/** The ways in which the server names the type of an entry. */
const writes = [
  /\b(?:ledger|drafts)\S*(?:append|push_back)\(\s*\{\s*"([a-z_.]+)",/g,
  /\bentry\(\s*"([a-z_.]+)"/g,
  /\bwrite_down\([^";]*"([a-z_.]+)"/g,
  /\.leaves\(\s*"([a-z_.]+)"/g,
  /\bk(?:Entry|NotApplied) = "([a-z_.]+)"/g,
  /\breturn \{"([a-z_.]+)", std::move\(body\), nullptr\}/g,
  /\.type = "([a-z_.]+)"/g,
  /\bput\(\s*std::move\(\w+\),\s*"([a-z_.]+)"/g,
];

describe("the filter of the ledger", () => {
  const code = [...sources(`${root}src`), ...sources(`${root}apps`)];
  const known = Object.keys(texts.ledger.types);

  it("knows every type of entry that the server writes", () => {
    const written = new Set(
      code.flatMap((text) =>
        writes.flatMap((way) => [...text.matchAll(way)].map((match) => match[1] as string)),
      ),
    );
    expect(written.size).toBeGreaterThan(15);
    expect([...written].filter((type) => !known.includes(type))).toEqual([]);
  });

  it("offers none that nobody writes", () => {
    const all = code.join("\n");
    expect(known.filter((type) => !all.includes(`"${type}"`))).toEqual([]);
  });
});

import { describe, expect, it } from "vitest";
import { ApiError, asApiError, fromAnswer, lineOf, sentence } from "./errors";
import { keysToAskAgain } from "./events";

describe("an error answer", () => {
  it("keeps the articles and what is missing of a refusal", () => {
    const error = fromAnswer(403, {
      error: {
        kind: "refused",
        message: "Export is refused: no transfer tool covers US (GDPR Art. 46).",
        next_step: "put a transfer tool on record",
        articles: [{ rule: "EU-GDPR-A46", cite: "GDPR Art. 46", title: "t", effect: "require" }],
        missing: [{ what: "transfer_tool", rule: "EU-GDPR-A46", next_step: "n" }],
      },
    });
    expect(error.kind).toBe("refused");
    expect(error.nextStep).toBe("Put a transfer tool on record.");
    expect(error.articles[0]?.cite).toBe("GDPR Art. 46");
    expect(error.missing[0]?.what).toBe("transfer_tool");
  });

  it.each([null, undefined, "<html>", { error: "x" }, { error: { kind: 1 } }, []])(
    "of another shape (%j) is an error in words all the same",
    (body) => {
      const error = fromAnswer(502, body);
      expect(error.kind).toBe("unreadable");
      expect(error.message).not.toBe("");
      expect(error.nextStep).not.toBe("");
    },
  );

  it("that never came says that the server cannot be reached", () => {
    expect(asApiError(new TypeError("fetch failed")).kind).toBe("unreachable");
    const known = new ApiError("busy", "m", "n");
    expect(asApiError(known)).toBe(known);
  });
});

describe("sentences of the server", () => {
  it("stand alone on a page", () => {
    expect(sentence("the login is taken")).toBe("The login is taken.");
    expect(sentence("try again in 240 seconds.")).toBe("Try again in 240 seconds.");
    expect(sentence("'from' is not a time")).toBe("'from' is not a time.");
    expect(sentence("")).toBe("");
  });

  it("name their line", () => {
    expect(lineOf("document 2, line 14: 'sector' is not known")).toBe(14);
    expect(lineOf("the deadline 3 passed")).toBeNull();
  });
});

describe("server-sent events", () => {
  it("say what to ask again, each once", () => {
    const keys = keysToAskAgain('{"what":["cameras","matrix","documents"]}').map((k) => k[0]);
    expect(keys).toContain("matrix");
    expect(keys).toContain("timeline");
    expect(new Set(keys).size).toBe(keys.length);
  });

  it("that are not understood change nothing", () => {
    expect(keysToAskAgain("nonsense")).toEqual([]);
    expect(keysToAskAgain('{"what":"cameras"}')).toEqual([]);
    expect(keysToAskAgain('{"what":["something new"]}')).toEqual([]);
  });
});

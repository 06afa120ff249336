import { describe, expect, it } from "vitest";
import { passwordRules } from "./password-rules";

const kept = (...args: Parameters<typeof passwordRules>) =>
  passwordRules(...args).every((r) => r.kept);

describe("password rules", () => {
  it("are kept by twelve characters written twice", () => {
    expect(kept("anna", "one-time", "twelve chars", "twelve chars")).toBe(true);
  });

  it("count characters, not code units", () => {
    expect(kept("anna", "x", "🦊".repeat(11), "🦊".repeat(11))).toBe(false);
    expect(kept("anna", "x", "🦊".repeat(12), "🦊".repeat(12))).toBe(true);
  });

  it("are broken by the login, the old password, a slip and excess", () => {
    expect(kept("a.very.long.login", "x", "A.Very.Long.Login", "A.Very.Long.Login")).toBe(false);
    expect(kept("anna", "the same as ever", "the same as ever", "the same as ever")).toBe(false);
    expect(kept("anna", "x", "twelve chars", "twelve chart")).toBe(false);
    expect(kept("anna", "x", "y".repeat(129), "y".repeat(129))).toBe(false);
  });
});

import { describe, expect, it } from "vitest";
import { mergeMissing } from "./merge-missing";

const notice = { what: "notice", owner: "officer" } as const;

describe("what is missing", () => {
  it("is listed once, with every rule that asks for it", () => {
    const merged = mergeMissing([
      { ...notice, rule: "EU-GDPR-A13", next_step: "put up a sign" },
      { what: "dpia", rule: "EU-GDPR-A35", next_step: "write one", owner: "officer" },
      { ...notice, rule: "DE-BDSG-4", next_step: "put up a sign" },
      { ...notice, rule: "FR-CSI-L251", next_step: "put up a sign with the prefect's number" },
      { ...notice, rule: "EU-GDPR-A13", next_step: "" },
    ]);
    expect(merged).toEqual([
      {
        what: "notice",
        rules: ["EU-GDPR-A13", "DE-BDSG-4", "FR-CSI-L251"],
        steps: ["put up a sign", "put up a sign with the prefect's number"],
        owner: "officer",
      },
      { what: "dpia", rules: ["EU-GDPR-A35"], steps: ["write one"], owner: "officer" },
    ]);
  });

  it("is begun in time for the rule that asks for it longest before", () => {
    const ask = { ...notice, next_step: "put up a sign" };
    const merged = mergeMissing([
      { ...ask, rule: "A", start_by: "2027-06-01" },
      { ...ask, rule: "B", start_by: "2027-05-18" },
    ]);
    expect(merged[0]?.startBy).toBe("2027-05-18");
  });

  it("stays empty when nothing is", () => expect(mergeMissing([])).toEqual([]));
});

import { describe, expect, it } from "vitest";
import { mergeMissing } from "./merge-missing";

describe("what is missing", () => {
  it("is listed once, with every rule that asks for it", () => {
    const merged = mergeMissing([
      { what: "notice", rule: "EU-GDPR-A13", next_step: "put up a sign" },
      { what: "dpia", rule: "EU-GDPR-A35", next_step: "write one" },
      { what: "notice", rule: "DE-BDSG-4", next_step: "put up a sign" },
      { what: "notice", rule: "FR-CSI-L251", next_step: "put up a sign with the prefect's number" },
      { what: "notice", rule: "EU-GDPR-A13", next_step: "" },
    ]);
    expect(merged).toEqual([
      {
        what: "notice",
        rules: ["EU-GDPR-A13", "DE-BDSG-4", "FR-CSI-L251"],
        steps: ["put up a sign", "put up a sign with the prefect's number"],
      },
      { what: "dpia", rules: ["EU-GDPR-A35"], steps: ["write one"] },
    ]);
  });

  it("stays empty when nothing is", () => expect(mergeMissing([])).toEqual([]));
});

// The officer and the law: why a cell is red, what the law says on another day, and a newer pack
// that is refused when bent, read, and put in force by name.
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import {
  ask,
  chooseFirstPassword,
  openBrowser,
  server,
  signIn,
  takePicture,
  until,
} from "./browser.mjs";

const officerPassword = "paper lighthouse under snow";
const day = "2027-12-02";

/** `step` of the story; `page` is the administrator's, who adds the officer. */
export async function tellTheLaw(t, { step, page: admin, chicago, files }) {
  const browser = await openBrowser();
  const { page } = browser;
  t.after(() => browser.close());
  const link = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true });
  const cell = (camera, capability) => page.locator(`[data-cell="${camera} ${capability}"]`);
  const importFile = (file) => page.locator("input[data-import]").setInputFiles(file);
  const drawer = () => page.getByRole("dialog");
  const lacks = (what) => drawer().locator(`[data-missing="${what}"]`);

  await step("an officer signs in and sees three sites without a picture", async () => {
    const { csrf } = await ask(admin, "/api/session");
    const added = await admin.request.post(`${server}/api/users`, {
      headers: { Origin: server, "X-Proviso-Csrf": csrf },
      data: { login: "officer", role: "officer" },
    });
    assert.equal(added.status(), 201, await added.text());
    const oneTime = (await added.json()).one_time_password;
    await page.goto(server);
    await signIn(page, "officer", oneTime);
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    await chooseFirstPassword(page, oneTime, officerPassword);
    await cell(chicago, "face_identification").waitFor();
    assert.equal(await page.locator('th[scope="rowgroup"]').count(), 3);
    assert.equal(await link("Live").count(), 0);
  });

  await step("a red cell says why, with the article, and what exactly would turn it", async () => {
    await cell(chicago, "face_identification").click();
    await drawer().waitFor();
    const words = await until("the article", async () => {
      const text = await drawer().innerText();
      return text.includes("740 ILCS 14/15(b)") && text;
    });
    assert.match(words, /written notice and their written release/);
    await lacks("il_written_release").waitFor();
    await lacks("il_15a_policy").waitFor();
    await page.keyboard.press("Escape");
  });

  await step(`the matrix as the law stands on ${day}`, async (s) => {
    const today = await ask(page, "/api/compliance/matrix");
    await page.getByLabel("As the law stands on").fill(day);
    await page.locator(`table[data-on="${day}"]`).waitFor();
    const then = await ask(page, `/api/compliance/matrix?on=${day}`);
    const turned = then.cells.filter((each, i) => {
      const now = today.cells[i];
      const rules = (one) => one.reasons.map((reason) => reason.rule).join(" ");
      return each.verdict !== now.verdict || rules(each) !== rules(now);
    });
    assert.ok(turned.length > 0, "the AI Act's high-risk duties are not read");
    s.diagnostic(`${turned.length} cells are read otherwise`);
    await takePicture(page, "matrix-2027");
    await page.getByRole("button", { name: "Today" }).click();
  });

  const pack = process.env.PROVISO_E2E_PACK;
  await step("a tampered pack is refused and changes nothing", async () => {
    await link("Law").click();
    await page.locator('[data-pack="us-il"]').waitFor();
    const bent = path.join(files, "bent.pack");
    writeFileSync(bent, readFileSync(pack, "utf8").replace("written release", "written  release"));
    await importFile(bent);
    const refusal = page.locator('[data-error="invalid_input"]');
    await refusal.waitFor();
    assert.match(await refusal.innerText(), /was changed after it was made/);
    const packs = await ask(page, "/api/law/packs");
    assert.equal(packs.announced, false);
    await takePicture(page, "law");
  });

  await step("a newer pack is announced, with what it does to these cameras", async () => {
    await importFile(pack);
    await page.getByRole("heading", { name: /^Announced: us-il 99\.0\.0/ }).waitFor();
    const change = await until("the difference", async () => {
      const text = await page.locator("main").innerText();
      return text.includes("Read otherwise at once") && text;
    });
    assert.match(change, /stricter/);
    assert.match(change, /looser/);
    assert.match(change, /1 new rule, 1 changed, 0 gone/);
    await takePicture(page, "law-announced");
  });

  await step("what is stricter counts at once, what is looser does not", async () => {
    await link("Compliance").click();
    const falls = cell(chicago, "fall");
    await until(
      "the new rule to refuse",
      async () => (await falls.getAttribute("data-answer")) === "refuse",
    );
    await cell(chicago, "face_identification").click();
    await lacks("il_15a_policy").waitFor();
    await page.keyboard.press("Escape");
  });

  await step("the officer acknowledges it by name, and it is in force", async () => {
    await link("Law").click();
    await page.getByRole("button", { name: "Approve" }).click();
    await drawer().getByRole("button", { name: "Approve" }).click();
    await page.locator('[data-pack="us-il"]').filter({ hasText: "99.0.0" }).waitFor();
    const { user } = await ask(page, "/api/session");
    const { entries } = await ask(page, "/api/ledger/entries?type=pack.approved");
    assert.equal(entries[0].body.by, user.id);
    await link("Compliance").click();
    await cell(chicago, "face_identification").click();
    await lacks("il_written_release").waitFor();
    assert.equal(await lacks("il_15a_policy").count(), 0, "what was loosened is still asked for");
    await page.keyboard.press("Escape");
  });

  await step("no page of the officer complained", async () => {
    assert.deepEqual(browser.complaints, []);
  });
}

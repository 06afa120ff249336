// Everybody is masked; one asks to see more, another agrees, and it ends by itself.
import assert from "node:assert/strict";
import {
  ask,
  chooseFirstPassword,
  openBrowser,
  server,
  signIn,
  takePicture,
  until,
} from "./browser.mjs";

const officerPassword = "nine patient herons wait";

/** Something only the API does here: a person to be the second one. */
async function addOfficer(page) {
  const { csrf } = await ask(page, "/api/session");
  const answer = await page.request.post(`${server}/api/users`, {
    headers: { Origin: server, "X-Proviso-Csrf": csrf },
    data: { login: "olga", role: "officer" },
  });
  assert.equal(answer.status(), 201, await answer.text());
  return (await answer.json()).one_time_password;
}

export async function veil(t, { step, page, camera }) {
  const tile = () => page.locator(`[data-camera="${camera}"][data-large="true"]`);
  let officer;

  await step("every picture is masked, and clear is refused without a lift", async () => {
    await page.goto(`${server}/live`);
    await page.locator('[data-live="playing"]').first().waitFor();
    const shown = await page
      .locator("[data-live]")
      .evaluateAll((tiles) => tiles.map((x) => x.dataset.shown));
    assert.deepEqual([...new Set(shown)], ["masked"]);
    await page.goto(`${server}/cameras/${camera}`);
    await tile().and(page.locator('[data-live="playing"][data-shown="masked"]')).waitFor();
    const to = new Date(Date.now() - 20_000);
    const from = new Date(to.getTime() - 5_000);
    const address = `${server}/api/cameras/${camera}/playback?from=${from.toISOString()}&to=${to.toISOString()}`;
    const clear = await page.request.get(`${address}&clear=true`);
    assert.equal(clear.status(), 403);
    assert.equal((await clear.json()).error.missing[0].what, "lift");
    const masked = await page.request.get(address);
    assert.equal(masked.status(), 200);
    assert.equal(masked.headers()["x-proviso-shown"], "masked");
  });

  await step(
    "a lift asked by one and agreed to by another shows clear, and ends by itself",
    async (s) => {
      const oneTime = await addOfficer(page);
      officer = await openBrowser();
      t.after(() => officer.close());
      await officer.page.goto(server);
      await signIn(officer.page, "olga", oneTime);
      await officer.page.getByRole("heading", { name: "Choose your own password" }).waitFor();
      await chooseFirstPassword(officer.page, oneTime, officerPassword);
      await officer.page.getByRole("link", { name: /^Approvals/ }).click();
      await officer.page.getByText("Nothing waits for you.").waitFor();

      await page.getByRole("button", { name: "Show clear…" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Reason, in your words").fill("Somebody fell at the till");
      await dialog.getByRole("textbox", { name: "For how long" }).click();
      await page.getByRole("option", { name: "1 minute", exact: true }).click();
      await takePicture(page, "lift-ask");
      await dialog.getByRole("button", { name: "Ask" }).click();
      await dialog.locator('[data-approval="waiting"]').waitFor();
      assert.equal(await dialog.getByRole("button", { name: "Show clear now" }).count(), 0);

      const inbox = officer.page;
      await inbox.getByText("Somebody fell at the till").waitFor();
      await takePicture(inbox, "approvals");
      await inbox.getByRole("button", { name: "Agree" }).click();
      await inbox.getByText("Nothing waits for you.").waitFor();

      await dialog.getByRole("button", { name: "Show clear now" }).click();
      await tile().and(page.locator('[data-live="playing"][data-shown="clear"]')).waitFor();
      const begun = Date.now();
      await page.locator("[data-running-lift]").waitFor();
      await takePicture(page, "lift-running");
      await inbox.locator('tr[data-lift][data-state="running"]').waitFor();
      await until(
        "the masks to be back",
        async () => (await tile().getAttribute("data-shown")) === "masked",
        {
          within: 75_000,
        },
      );
      const lasted = Date.now() - begun;
      s.diagnostic(`clear for ${lasted} ms`);
      assert.ok(lasted < 61_500, `clear for ${lasted} ms`);
      await page.locator("[data-running-lift]").waitFor({ state: "detached" });
      await tile().and(page.locator('[data-live="playing"][data-shown="masked"]')).waitFor();
      const { entries } = await ask(page, "/api/ledger/entries?type=lift.ended&limit=10");
      assert.equal(entries[0].body.how, "time");
    },
    { timeout: 180_000 },
  );

  await step("a broken glass shows at once and waits for a review by somebody else", async () => {
    await page.getByRole("button", { name: "Show clear…" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Reason, in your words").fill("A fire in the store room");
    await dialog.getByLabel("Emergency: show now, alone").check();
    await takePicture(page, "break-glass");
    await dialog.getByRole("button", { name: "Break the glass" }).click();
    await tile().and(page.locator('[data-shown="clear"]')).waitFor();
    await page.locator("[data-running-lift]").getByRole("button", { name: "End now" }).click();
    await tile().and(page.locator('[data-shown="masked"]')).waitFor();
    const review = officer.page.locator("[data-review]");
    await review.getByRole("button", { name: "Review" }).click();
    await officer.page.getByLabel("What you found").fill("The alarm rang; there was smoke");
    await officer.page.getByRole("button", { name: "There was a reason" }).click();
    await officer.page.getByText("Nothing waits for you.").waitFor();
    await takePicture(officer.page, "approvals-past");
    assert.deepEqual(officer.complaints, []);
  });

  await step(
    "a masked archive is recorded beside the clear one and played for who may not see more",
    async (s) => {
      const { csrf } = await ask(page, "/api/session");
      const document = await ask(page, `/api/documents?kind=camera&name=${camera}`);
      const applied = await page.request.post(`${server}/api/documents/apply?reason=two+layers`, {
        headers: { Origin: server, "X-Proviso-Csrf": csrf, "Content-Type": "application/yaml" },
        data: `${document}masked_archive: {days: 3}\n`,
      });
      assert.equal(applied.status(), 200, await applied.text());
      const span = await until(
        "eight seconds of masked archive",
        async () => {
          const from = new Date(Date.now() - 300_000).toISOString();
          const to = new Date(Date.now() + 1000).toISOString();
          const line = await ask(
            page,
            `/api/cameras/${camera}/timeline?stream=main&from=${from}&to=${to}`,
          );
          return line.masked.find((x) => Date.parse(x.to) - Date.parse(x.from) > 8_000);
        },
        { within: 80_000, every: 1000 },
      );
      const from = new Date(Date.parse(span.from) + 2_000).toISOString();
      const to = new Date(Date.parse(span.from) + 6_000).toISOString();
      const began = Date.now();
      const played = await page.request.get(
        `${server}/api/cameras/${camera}/playback?from=${from}&to=${to}`,
      );
      assert.equal(played.status(), 200);
      assert.equal(played.headers()["x-proviso-shown"], "masked");
      s.diagnostic(`${(await played.body()).length} bytes in ${Date.now() - began} ms`);
    },
    { timeout: 120_000 },
  );
}

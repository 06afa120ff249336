// The part of the story about what the cameras notice: zones, review, faces.
import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { ask, server, takePicture, until } from "./browser.mjs";

/** Two pictures of one face for enrolment; such pictures are not in the repository. */
function facePictures() {
  const folder = path.join(process.env.PROVISO_ASSETS ?? "", "faces/pairs");
  if (!process.env.PROVISO_ASSETS || !existsSync(folder)) return [];
  const person = readdirSync(folder).sort()[0];
  return person === undefined ? [] : ["a.jpg", "b.jpg"].map((x) => path.join(folder, person, x));
}

export async function drawZones({ step, page, camera }) {
  const canvas = () => page.locator('svg[role="application"]');
  async function click(...points) {
    const box = await canvas().boundingBox();
    for (const [x, y] of points) {
      await page.mouse.click(box.x + x * box.width, box.y + y * box.height);
    }
  }
  const shape = (name) => page.locator(`[data-shape="${name}"]`);
  const state = (name) => page.locator("[data-dirty]").getAttribute(`data-${name}`);

  await step("a zone and a line are drawn on the live picture", async () => {
    await page.goto(`${server}/cameras/${camera}`);
    await page.getByRole("link", { name: "Zones and rules" }).click();
    await canvas().waitFor();
    await page.locator('[data-live="playing"]').waitFor();
    await page.keyboard.press("z");
    await click([0.08, 0.55], [0.42, 0.5], [0.45, 0.95], [0.06, 0.95], [0.08, 0.55]);
    await shape("zone").waitFor();
    await page.keyboard.press("n");
    await click([0.55, 0.4], [0.9, 0.6]);
    await shape("line").waitFor();
    assert.equal(await state("dirty"), "true");
    await page.locator('[data-zone="zone"]').getByRole("textbox").fill("e2e corner");
    assert.equal(await state("problems"), "1", "a name with a space must not be taken");
    await page.locator("[data-zone]").getByRole("textbox").nth(0).waitFor();
    await page.locator('[data-zone="e2e corner"]').getByRole("textbox").fill("e2e-corner");
    await takePicture(page, "zones");
  });

  await step("a corner is moved by keyboard and taken back", async () => {
    await shape("e2e-corner").focus();
    const outline = () => shape("e2e-corner").locator("path").first().getAttribute("d");
    const before = await outline();
    await page.getByRole("button", { name: "Corner 1 of e2e-corner" }).focus();
    await page.keyboard.press("Shift+ArrowUp");
    await until("the corner to move", async () => (await outline()) !== before);
    await page.keyboard.press("Control+z");
    await until("the corner to be back", async () => (await outline()) === before);
  });

  await step("a rule has what its kind needs; leaving asks first", async () => {
    await page.getByRole("button", { name: "Add a rule" }).click();
    const form = page.locator('[data-open="true"]');
    await form.getByRole("textbox", { name: "What shall be noticed" }).click();
    await page.getByRole("option", { name: "Line crossing" }).click();
    await form.getByRole("textbox", { name: "Direction" }).waitFor();
    assert.equal(await form.getByLabel("For at least (seconds)").count(), 0);
    await form.getByRole("textbox", { name: "Where" }).click();
    await page.getByRole("option", { name: "line", exact: true }).click();
    await form.getByRole("textbox", { name: "Name" }).fill("e2e-crossing");
    await page.getByRole("navigation").getByRole("link", { name: "Live", exact: true }).click();
    await page.getByRole("button", { name: "Stay" }).click();
    assert.match(page.url(), /\/zones$/);
  });

  await step("they are saved in the camera's document", async () => {
    await page.getByRole("button", { name: "Save" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("The corner is out of bounds at night");
    await takePicture(page, "zones-save");
    await dialog.getByRole("button", { name: "Save" }).click();
    await page.getByText("Zones and rules are saved").waitFor();
    const text = await ask(page, `/api/documents?kind=camera&name=${camera}`);
    assert.match(text, /name: e2e-corner/);
    assert.match(text, /name: e2e-crossing/);
    await until("the page to have nothing to save", async () => (await state("dirty")) === "false");
  });
}

export async function review({ step, page }) {
  const cards = () => page.locator("article[data-item]");

  await step(
    "what was noticed is reviewed by keyboard",
    async (s) => {
      await page
        .getByRole("navigation")
        .getByRole("link", { name: /^Review/ })
        .click();
      const count = async () =>
        Number(await page.locator("[data-review]").getAttribute("data-count"));
      await until(
        "an alert or a detection",
        async () => {
          if ((await count()) > 0) return true;
          const other = (await page.locator('[data-review="alert"]').count()) > 0;
          await page.getByRole("tab", { name: other ? "Detections" : /^Alerts/ }).click();
          await page.waitForTimeout(1500);
          return (await count()) > 0;
        },
        { within: 120_000, every: 500 },
      );
      s.diagnostic(`${await count()} items`);
      await until("a masked picture", async () => page.locator('[data-picture="shown"]').count());
      await takePicture(page, "review");
      await cards().first().getByRole("button").first().focus();
      await page.keyboard.press("Enter");
      const detail = page.locator("[data-detail]");
      await detail.waitFor();
      const id = await detail.getAttribute("data-detail");
      await page.keyboard.press("t");
      await until("the judgement on the server", async () => {
        const { items } = await ask(page, "/api/review?limit=200");
        const item = items.find((x) => x.id === id);
        return item?.judgement === "true" && item.viewed;
      });
      await page.getByRole("button", { name: "Play the recording" }).click();
      await until("the clip to play", async () => {
        const kind = await page.locator("[data-clip]").getAttribute("data-clip");
        return kind === "ready" || kind === "edge" || kind === "empty";
      });
      await takePicture(page, "review-item");
      await page.keyboard.press("Escape");
      await detail.waitFor({ state: "detached" });
    },
    { timeout: 180_000 },
  );

  await step("many are marked as viewed at once", async () => {
    await page.keyboard.press("Control+a");
    const chosen = page.locator('article[data-chosen="true"]');
    await until("all to be chosen", async () => (await chosen.count()) === (await cards().count()));
    await page.keyboard.press("r");
    await until(
      "all to be viewed",
      async () =>
        (await page.locator('article[data-viewed="false"][data-chosen="true"]').count()) === 0,
    );
    await page.keyboard.press("Escape");
    await until("none to be chosen", async () => (await chosen.count()) === 0);
  });

  await step("objects are searched, the heat map and the accuracy are shown", async () => {
    await page.getByRole("navigation").getByRole("link", { name: "Explore", exact: true }).click();
    await until("objects", async () =>
      Number(await page.locator("[data-tracks-found]").getAttribute("data-tracks-found")),
    );
    await takePicture(page, "explore");
    await page.getByRole("tab", { name: "Heat map" }).click();
    await page.getByRole("textbox", { name: "Camera" }).click();
    await page.getByRole("option").first().click();
    await page.locator("[data-heat]").waitFor();
    await takePicture(page, "heat");
    await page.getByRole("navigation").getByRole("link", { name: "Accuracy", exact: true }).click();
    await page.locator("tr[data-rule]").first().waitFor();
    await takePicture(page, "accuracy");
  });
}

export async function faces({ step, page, camera, refusedCamera }) {
  const pictures = facePictures();
  const note = pictures.length === 0 ? "skipped: no shared assets ($PROVISO_ASSETS)" : null;
  const gallery = "visitors";
  const detail = () => page.locator(`[data-gallery-detail="${gallery}"]`);

  await step("where the law refuses faces, the camera says so with the article", async () => {
    await page.goto(`${server}/cameras/${refusedCamera}`);
    const row = page.locator('[data-analytic^="face_"][data-state="refused"]').first();
    await row.waitFor();
    await row.getByRole("button", { name: "Why, and what to do" }).click();
    await until("the articles", async () => /740 ILCS 14/.test(await row.innerText()));
    await takePicture(page, "faces-refused");
  });

  await step("a gallery of consenting people is made for the entrance", async (s) => {
    if (note !== null) return s.skip(note);
    await page.getByRole("navigation").getByRole("link", { name: "Faces", exact: true }).click();
    await page.getByRole("tab", { name: "Galleries" }).waitFor();
    await page.locator('[data-gallery="staff"]').waitFor();
    await page.getByRole("button", { name: "New gallery" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByRole("textbox", { name: "Name", exact: true }).fill(gallery);
    await dialog
      .getByLabel("Reason")
      .fill("Visitors of the works council enter without a badge; the porter is the other way");
    const { title } = await ask(page, `/api/cameras/${camera}`);
    await dialog.getByRole("textbox", { name: "Cameras" }).click();
    await page.getByRole("option", { name: title, exact: true }).first().click();
    // Its list stays open for more; leaving the field closes it.
    await page.keyboard.press("Tab");
    await dialog.getByRole("button", { name: "Save" }).click();
    await detail().waitFor();
    assert.equal(await detail().getAttribute("data-state"), "open");
    await takePicture(page, "gallery");
  });

  await step(
    "somebody who consented is enrolled, and is gone when the consent is withdrawn",
    async (s) => {
      if (note !== null) return s.skip(note);
      await page.getByRole("button", { name: "Enrol a person" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Label").fill("Visitor T.");
      const enrol = dialog.getByRole("button", { name: "Enrol a person" });
      await dialog.locator('input[type="file"]').setInputFiles(pictures);
      await dialog.getByRole("img").first().waitFor();
      assert.equal(await enrol.isDisabled(), true, "nobody is enrolled without a consent");
      await dialog.getByRole("button", { name: "Put a new consent on record" }).click();
      await dialog.getByLabel("How it was given").fill("Signed on paper at the reception");
      await dialog.getByRole("button", { name: "Put it on record" }).click();
      await until("the consent to be chosen", async () => !(await enrol.isDisabled()));
      await takePicture(page, "enrol");
      await enrol.click();
      const row = page.locator('tr[data-label="Visitor T."]');
      await row.waitFor({ timeout: 30_000 });
      await takePicture(page, "enrolled");
      const person = await row.getAttribute("data-person");
      const consent = await row.getByRole("link").innerText();

      await row.getByRole("button", { name: "Consent withdrawn" }).click();
      await page.getByRole("dialog").getByRole("button", { name: "Consent withdrawn" }).click();
      await row.waitFor({ state: "detached" });
      const { people } = await ask(page, `/api/galleries/${gallery}/people`);
      assert.ok(!people.some((x) => x.id === person), "the template outlived its consent");
      const record = await ask(page, `/api/documents?kind=record&name=${consent}`);
      assert.match(record, /withdrawn: true/);
    },
    { timeout: 120_000 },
  );
}

// The story of the product in a real browser against a real server and real RTSP cameras:
// tests/e2e/run starts those and sets PROVISO_URL, PROVISO_ONE_TIME_PASSWORD and PROVISO_BIN.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { test } from "node:test";
import {
  ask,
  chooseFirstPassword,
  openBrowser,
  pictures,
  server,
  signIn,
  signOut,
  takePicture,
  until,
} from "./browser.mjs";
import { drawZones, faces, review } from "./eyes.mjs";
import { tellTheLaw } from "./law.mjs";
import { isBlack, watch } from "./picture.mjs";
import { veil } from "./veil.mjs";

const ownPassword = "copper lantern drifts northward";
const viewerPassword = "seven quiet harbours at dusk";

function run(program, ...args) {
  return new Promise((resolve) => {
    execFile(program, args, { timeout: 120_000 }, (error, stdout, stderr) =>
      resolve({
        code: error === null ? 0 : (error.code ?? 1),
        out: stdout + stderr,
      }),
    );
  });
}

test("the story of Proviso in a browser", { timeout: 900_000 }, async (t) => {
  assert.ok(server, "PROVISO_URL is not set; start this through tests/e2e/run");
  const browser = await openBrowser();
  const { page, context } = browser;
  const files = mkdtempSync(path.join(tmpdir(), "proviso-e2e-files-"));
  t.after(async () => {
    await browser.close();
    rmSync(files, { recursive: true, force: true });
  });

  let number = 0;
  let lost = null;
  /**
   * One step; a picture of the page if it fails. After a failed `vital` one the others cannot be
   * told, and are skipped by name rather than waited for.
   */
  async function step(name, body, { timeout = 90_000, vital = false } = {}) {
    number += 1;
    if (lost !== null) return t.test(name, { skip: `"${lost}" failed` }, () => undefined);
    const prefix = String(number).padStart(2, "0");
    return t.test(name, { timeout }, async (s) => {
      try {
        await body(s);
      } catch (error) {
        const file = path.join(pictures, `failed-${prefix}.png`);
        await page.screenshot({ path: file }).catch(() => undefined);
        if (vital) lost = name;
        throw error;
      }
    });
  }

  const open = (address) => page.goto(server + address);
  const link = (name) => page.getByRole("navigation").getByRole("link", { name, exact: true });
  const tile = (camera, where = page) => where.locator(`[data-camera="${camera}"][data-live]`);
  const player = () => page.locator("[data-state][data-playing]");
  const state = (name) => player().getAttribute(`data-${name}`);

  let berlin;
  let chicago;
  let notice;

  await step("a wrong password is refused in words", async () => {
    await open("/");
    await takePicture(page, "sign-in");
    await signIn(page, "admin", "not the password");
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /What to do:/);
  });

  await step(
    "the one-time password signs in and has to be changed",
    async () => {
      await signIn(page, "admin", process.env.PROVISO_ONE_TIME_PASSWORD);
      await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
      const set = page.getByRole("button", { name: "Set the password" });
      await page.getByLabel("One-time password").fill(process.env.PROVISO_ONE_TIME_PASSWORD);
      await page.getByRole("textbox", { name: "New password", exact: true }).fill("short");
      await page.getByLabel("New password again").fill("short");
      assert.equal(await set.isDisabled(), true, "a short password must not be accepted");
      await takePicture(page, "first-password");
      await chooseFirstPassword(page, process.env.PROVISO_ONE_TIME_PASSWORD, ownPassword);
      await link("Live").waitFor();
    },
    { vital: true },
  );

  await step(
    "every camera the law permits comes to record",
    async (s) => {
      const { cameras } = await until(
        "the cameras to record",
        async () => {
          const answer = await ask(page, "/api/cameras");
          const permitted = answer.cameras.filter(
            (camera) => camera.recording.verdict !== "refuse",
          );
          const all = permitted.every((camera) =>
            camera.streams.some((x) => x.stream === "main" && x.state === "recording"),
          );
          return permitted.length >= 2 && all && { cameras: permitted };
        },
        { within: 60_000, every: 500 },
      );
      berlin = cameras.find((camera) => camera.site.startsWith("berlin")).name;
      chicago = cameras.find((camera) => camera.site.startsWith("chicago")).name;
      const records = (await ask(page, "/api/documents?kind=record")).split(/^---$/m);
      const site = cameras.find((camera) => camera.name === berlin).site;
      notice = records
        .filter((text) => /^record: notice$/m.test(text) && text.includes(`site: ${site}\n`))
        .map((text) => /^name: (.*)$/m.exec(text)[1])[0];
      assert.ok(notice, "the Berlin site has a notice on record");
      s.diagnostic(`${cameras.length} cameras record`);
    },
    { vital: true },
  );

  await step("the live wall really plays", async (s) => {
    await link("Live").click();
    const { cameras } = await ask(page, "/api/cameras");
    for (const { name, recording } of cameras) {
      const wanted = recording.verdict === "refuse" ? "refused" : "playing";
      await tile(name)
        .and(page.locator(`[data-live="${wanted}"]`))
        .waitFor();
    }
    const seen = await watch(tile(chicago).locator("video"), page, 2500);
    assert.ok(seen.advanced > 1.5, `time advanced only ${seen.advanced} s in 2.5 s`);
    assert.ok(seen.frames > 10, `only ${seen.frames} pictures decoded in 2.5 s`);
    assert.ok(!isBlack(seen), `the picture is black (mean ${seen.mean}, spread ${seen.spread})`);
    assert.ok(seen.changed > 0, "the picture stands still");
    s.diagnostic(`${seen.width}x${seen.height}, ${seen.frames} pictures in 2.5 s`);
    await takePicture(page, "live-wall");
  });

  await step("masked live is less than two seconds behind the camera", async (s) => {
    const delays = [];
    for (let i = 0; i < 8; i += 1) {
      delays.push(
        Number(await until("a delay", () => tile(chicago).getAttribute("data-delay-ms"))),
      );
      await page.waitForTimeout(400);
    }
    delays.sort((a, b) => a - b);
    s.diagnostic(`delay behind the camera, ms: ${delays.join(" ")}`);
    assert.ok(delays[4] < 2000, `${delays[4]} ms behind the camera`);
  });

  await step("enlarging shows the masked picture larger, Escape leads back", async () => {
    await tile(chicago).hover();
    await tile(chicago)
      .getByRole("button", { name: /Enlarge/ })
      .click();
    await page.locator('[data-large="true"][data-live="playing"]').waitFor();
    assert.equal(await page.locator('[data-large="true"]').getAttribute("data-shown"), "masked");
    await page.keyboard.press("Escape");
    await tile(berlin).waitFor();
  });

  await step("the camera page says how it is and what the law says", async () => {
    await tile(chicago).getByRole("link").first().click();
    await page.locator('[data-live="playing"]').waitFor();
    await page.getByRole("heading", { name: "What the law says" }).waitFor();
    const law = page.locator("#law");
    await until("articles", async () => (await law.getByRole("listitem").count()) > 0);
    await until("recordings on the strip of today", async () =>
      Number(await page.getByRole("slider", { name: "Timeline" }).getAttribute("data-spans")),
    );
    await takePicture(page, "camera");
  });

  await step("there is footage to move about in", async () => {
    await until(
      "forty-five seconds of recording",
      async () => {
        const { usage } = await ask(page, `/api/cameras/${chicago}`);
        return usage.oldest !== null && Date.now() - Date.parse(usage.oldest) > 45_000;
      },
      { within: 70_000, every: 1000 },
    );
  });

  await step(
    "the archive plays from the timeline",
    async (s) => {
      await open(`/history/${chicago}`);
      const line = page.getByRole("slider", { name: "Timeline" });
      const length = async () =>
        Number(await line.getAttribute("data-to")) - Number(await line.getAttribute("data-from"));
      await line.waitFor();
      await until("ten minutes on the timeline", async () => {
        await page.keyboard.press("+");
        return (await length()) < 11 * 60_000;
      });
      await until("recordings on the timeline", async () =>
        Number(await line.getAttribute("data-spans")),
      );
      const clickAt = async (at) => {
        const from = Number(await line.getAttribute("data-from"));
        const to = Number(await line.getAttribute("data-to"));
        const box = await line.boundingBox();
        await page.mouse.click(box.x + ((at - from) / (to - from)) * box.width, box.y + 40);
      };
      await clickAt(Date.now() - 30_000);
      await until("the player to be ready", async () => (await state("state")) === "ready");
      const seen = await watch(player().locator("video"), page);
      assert.ok(seen.advanced > 1, `the archive advanced only ${seen.advanced} s in 1.5 s`);
      assert.ok(!isBlack(seen), "the archive's picture is black");

      const first = [];
      for (const back of [38, 22, 33, 18, 28]) {
        const at = Date.now() - back * 1000;
        const seeks = Number(await state("seeks"));
        await clickAt(at);
        const seconds = `the picture of ${back} s ago, after ${first.join(" ")} ms`;
        await until(seconds, async () => Number(await state("seeks")) > seeks, { every: 20 });
        assert.ok(Math.abs(Number(await state("position")) - at) < 4000, "another time is shown");
        first.push(Number(await state("first-picture-ms")));
      }
      first.sort((a, b) => a - b);
      s.diagnostic(`first picture after a click, ms: ${first.join(" ")}`);
      assert.ok(first[0] < 3000, `the first masked picture came after ${first[0]} ms at best`);
      await takePicture(page, "history");
    },
    { timeout: 120_000 },
  );

  await step("keys play, pause, step and change the speed", async () => {
    if ((await state("playing")) !== "true") await page.keyboard.press("k");
    await page.keyboard.press("k");
    await until("a pause", async () => (await state("playing")) === "false");
    const still = Number(await state("position"));
    await page.keyboard.press(".");
    await until("the next picture", async () => {
      const moved = Number(await state("position")) - still;
      return moved > 5 && moved < 400;
    });
    await page.keyboard.press("ArrowLeft");
    await until("five seconds back", async () => Number(await state("position")) < still - 3500);
    await page.keyboard.press("k");
    await page.keyboard.press(">");
    await page.keyboard.press(">");
    const rate = await player()
      .locator("video")
      .evaluate((video) => video.playbackRate);
    assert.equal(rate, 4);
    await page.keyboard.press("<");
    await page.keyboard.press("<");
    await page.keyboard.press("k");
  });

  await step(
    "the matrix refuses face identification in Chicago and says which article",
    async () => {
      await link("Compliance").click();
      const cell = page.locator(`[data-cell="${chicago} face_identification"]`);
      await cell.waitFor();
      await takePicture(page, "matrix");
      assert.match(await cell.getAttribute("data-answer"), /refuse|pending/);
      await cell.click();
      const drawer = page.getByRole("dialog");
      await drawer.waitFor();
      const words = await until("the reasons", async () => {
        const text = await drawer.innerText();
        return text.includes("740 ILCS 14") && text;
      });
      assert.match(words, /US-IL-BIPA/);
      await takePicture(page, "refusal");
      await page.keyboard.press("Escape");
    },
  );

  await veil(t, { step, page, camera: chicago });
  await drawZones({ step, page, camera: berlin });
  await review({ step, page });
  await faces({ step, page, camera: "berlin-entrance", refusedCamera: chicago });
  await tellTheLaw(t, { step, page, chicago, files });

  let bundle;
  await step(
    "a range is exported with a progress bar and downloaded",
    async (s) => {
      // Old enough that its segments are sealed.
      await open(`/history/${chicago}?t=${Date.now() - 40_000}`);
      await until("the player to be ready", async () => (await state("state")) === "ready");
      await page.keyboard.press("k");
      await page.keyboard.press("i");
      await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(300);
      await page.keyboard.press("ArrowRight");
      await page.waitForTimeout(300);
      await page.keyboard.press("o");
      await page.getByRole("button", { name: /^Export / }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByRole("textbox", { name: "What it is for" }).click();
      await page.getByRole("option", { name: "Evidence" }).click();
      await dialog.getByLabel("Reason, in your words").fill("A scratched door, for the insurer");
      await dialog.getByRole("button", { name: "Start the export" }).click();
      await dialog.getByRole("progressbar").waitFor();
      await dialog.locator('[data-export-state="done"]').waitFor({ timeout: 60_000 });
      await takePicture(page, "export");
      const [download] = await Promise.all([
        page.waitForEvent("download"),
        dialog.getByRole("link", { name: "Download the bundle" }).click(),
      ]);
      bundle = path.join(files, "clip.proviso");
      await download.saveAs(bundle);
      s.diagnostic(`${download.suggestedFilename()}, ${readFileSync(bundle).length} bytes`);
      await dialog
        .locator("footer, .mantine-Group-root")
        .getByRole("button", { name: "Close" })
        .click();
    },
    { timeout: 120_000 },
  );

  await step("a stranger verifies the bundle; one flipped bit is found", async (s) => {
    const program = path.join(process.env.PROVISO_BIN, "proviso-verify");
    const good = await run(program, bundle);
    assert.equal(good.code, 0, good.out);
    const bytes = readFileSync(bundle);
    for (const share of [0.03, 0.31, 0.77]) {
      const bent = Buffer.from(bytes);
      bent[Math.floor(bytes.length * share)] ^= 1;
      const file = path.join(files, "bent.proviso");
      writeFileSync(file, bent);
      const bad = await run(program, file);
      assert.equal(bad.code, 1, `a flipped bit at ${share} was not found: ${bad.out}`);
      s.diagnostic(bad.out.trim().split("\n").at(0) ?? "");
    }
  });

  await step("a withdrawn notice stops its cameras within a second", async (s) => {
    const wall = await context.newPage();
    await wall.goto(`${server}/live`);
    await tile(berlin, wall).and(wall.locator('[data-live="playing"]')).waitFor();
    await page.bringToFront();
    await open(`/documents/record/${notice}`);
    await page.getByRole("button", { name: "Withdraw" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Why").fill("The sign was torn down");
    await dialog.getByRole("button", { name: "Withdraw" }).click();
    const refused = await until("the camera to be refused", async () => {
      const camera = await ask(page, `/api/cameras/${berlin}`);
      const main = camera.streams.find((x) => x.stream === "main");
      return main.state === "refused" && camera;
    });
    assert.equal(refused.recording.verdict, "refuse");
    await tile(berlin, wall).and(wall.locator('[data-live="refused"]')).waitFor();
    await wall.bringToFront();
    await takePicture(wall, "refused-wall");
    assert.match(await tile(berlin, wall).innerText(), /refused/i);
    await wall.close();

    const { entries } = await ask(page, "/api/ledger/entries?type=config&limit=200");
    const withdrawn = Date.parse(entries[0].at);
    const gap = await until("the gap", async () => {
      const from = new Date(Date.now() - 600_000).toISOString();
      const to = new Date(Date.now() + 1000).toISOString();
      const line = await ask(
        page,
        `/api/cameras/${berlin}/timeline?stream=main&from=${from}&to=${to}`,
      );
      return line.gaps.find((x) => x.cause === "refused" && x.to === null);
    });
    const took = Date.parse(gap.from) - withdrawn;
    s.diagnostic(`the last picture is ${took} ms after the withdrawal`);
    assert.ok(took < 1000, `recording went on for ${took} ms`);
  });

  await step("the matrix turns red and the gap says why", async () => {
    await open("/compliance");
    const cell = page.locator(`[data-cell="${berlin} recording"]`);
    await cell.waitFor();
    assert.match(await cell.getAttribute("data-answer"), /refuse|pending/);
    await cell.click();
    const drawer = page.getByRole("dialog");
    await until("the missing notice", async () => /notice/i.test(await drawer.innerText()));
    await takePicture(page, "matrix-red");
    await page.keyboard.press("Escape");

    await open(`/history/${berlin}`);
    const row = page.locator('tr[data-cause="refused"]').first();
    await row.waitFor();
    assert.match(await row.innerText(), /Refused by law/);
    assert.match(await row.innerText(), /still lasting/);
    await takePicture(page, "gap");
  });

  await step("a ledger entry is proven in the browser", async () => {
    await link("Ledger").click();
    await page.getByText("Signature verified in this browser").waitFor();
    await takePicture(page, "ledger");
    await page.locator("tr[data-entry]").first().click();
    await page.locator('[data-proof="proven"]').waitFor();
    assert.equal(await page.locator('[data-outcome="good"]').count(), 4);
    await takePicture(page, "proof");
  });

  await step("a document is checked before it is applied", async () => {
    await open(`/documents/site/${(await ask(page, `/api/cameras/${chicago}`)).site}`);
    await page.getByRole("button", { name: "Edit" }).click();
    const editor = page.getByRole("textbox", { name: /^YAML of/ });
    const text = await editor.inputValue();
    await editor.fill(text.replace(/^sector: .*$/m, "sector: retial"));
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByRole("alert").waitFor();
    assert.match(await page.getByRole("alert").innerText(), /sector/);
    await editor.fill(text.replace(/^title: .*$/m, "title: Chicago corner shop"));
    await page.getByRole("button", { name: "Check" }).click();
    await page.getByText("Nothing is changed yet").waitFor();
    await takePicture(page, "document");
    await page.getByLabel("Why").fill("The sign over the door says so");
    await page.getByRole("button", { name: "Apply" }).click();
    await page.getByRole("heading", { name: "Chicago corner shop" }).waitFor();
  });

  let oneTime;
  await step("an administrator adds a viewer for one camera", async () => {
    await link("People").click();
    await page.getByRole("button", { name: "Add a person" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Login").fill("guard");
    await dialog.getByLabel("Only these").check();
    const title = (await ask(page, `/api/cameras/${chicago}`)).title;
    await dialog.getByRole("textbox", { name: "Only these" }).click();
    await page.getByRole("option", { name: title, exact: true }).first().click();
    await page.keyboard.press("Escape");
    await dialog.getByRole("button", { name: "Add a person" }).click();
    const shown = page.locator("[data-one-time-password]");
    await shown.waitFor();
    oneTime = await shown.getAttribute("data-one-time-password");
    await page.getByRole("button", { name: "I have passed it on" }).click();
    await page.locator('tr[data-login="guard"]').waitFor();
    await takePicture(page, "people");
  });

  await step("the viewer sees that camera and nothing else", async () => {
    await signOut(page);
    await signIn(page, "guard", oneTime);
    await page.getByRole("heading", { name: "Choose your own password" }).waitFor();
    await chooseFirstPassword(page, oneTime, viewerPassword);
    await tile(chicago).and(page.locator('[data-live="playing"]')).waitFor();
    assert.equal(await page.locator("[data-live]").count(), 1);
    assert.equal(await link("Documents").count(), 0);
    assert.equal(await link("Ledger").count(), 0);
    await takePicture(page, "viewer");
    const foreign = await page.request.get(`${server}/api/cameras/${berlin}`);
    const unknown = await page.request.get(`${server}/api/cameras/no-such-camera`);
    assert.equal(foreign.status(), 404);
    assert.equal(
      await foreign.text(),
      await unknown.text(),
      "the answers tell which cameras exist",
    );
    await open(`/cameras/${berlin}`);
    await page.getByText("There is no such camera, or it is not yours to see").waitFor();
  });

  await step("signing out ends it", async () => {
    await signOut(page);
    assert.equal((await page.request.get(`${server}/api/cameras`)).status(), 401);
    await open("/ledger");
    await page.getByRole("button", { name: "Sign in" }).waitFor();
  });

  await step("no page complained", async () => {
    assert.deepEqual(browser.complaints, []);
  });
});

// Debian's Chromium, driven by playwright-core, with what every step of the story needs.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const { chromium } = createRequire(path.join(here, "../../web/package.json"))("playwright-core");

export const server = process.env.PROVISO_URL?.replace(/\/$/, "");
export const pictures = path.resolve(here, "../..", process.env.PROVISO_E2E_OUT ?? "build/e2e");
mkdirSync(pictures, { recursive: true });

// What belongs to the story: asking before signing in, a camera that is not mine, a wrong password.
const expected = /status of (400|401|403|404|409)/;

/** A browser of its own, with nothing remembered. `complaints` collects what the pages complain of. */
export async function openBrowser() {
  const profile = mkdtempSync(path.join(tmpdir(), "proviso-e2e-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    viewport: { width: 1280, height: 800 },
    ignoreHTTPSErrors: true,
    acceptDownloads: true,
  });
  context.setDefaultTimeout(15_000);
  const complaints = [];
  const listen = (page) => {
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && !expected.test(message.text())) {
        complaints.push(message.text());
      }
    });
  };
  context.pages().forEach(listen);
  context.on("page", listen);
  return {
    page: context.pages()[0],
    context,
    complaints,
    async close() {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Asks the server as the person signed in; the answer's JSON or text. */
export async function ask(page, address) {
  const response = await page.request.get(server + address);
  const text = await response.text();
  if (!response.ok()) throw new Error(`${address}: ${response.status()} ${text}`);
  return response.headers()["content-type"]?.includes("json") ? JSON.parse(text) : text;
}

/** Polls until `probe` gives something true, or fails saying what it waited for. */
export async function until(what, probe, { within = 15_000, every = 100 } = {}) {
  const end = Date.now() + within;
  let last;
  for (;;) {
    last = await probe();
    if (last) return last;
    if (Date.now() > end) throw new Error(`waited ${within / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, every));
  }
}

export async function signIn(page, login, password) {
  await page.getByLabel("Login").fill(login);
  await page.getByRole("textbox", { name: "Password" }).fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
}

export async function chooseFirstPassword(page, oneTime, password) {
  await page.getByLabel("One-time password").fill(oneTime);
  await page.getByRole("textbox", { name: "New password", exact: true }).fill(password);
  await page.getByLabel("New password again").fill(password);
  await page.getByRole("button", { name: "Set the password" }).click();
}

export async function signOut(page) {
  await page.getByRole("button", { name: "Account" }).click();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
}

/** The page in both colours, for people to look at. */
export async function takePicture(page, name) {
  for (const scheme of ["light", "dark"]) {
    await page.evaluate(
      (value) => document.documentElement.setAttribute("data-mantine-color-scheme", value),
      scheme,
    );
    await page.waitForTimeout(150);
    await page.screenshot({
      path: path.join(pictures, `${name}-${scheme}.png`),
    });
  }
}

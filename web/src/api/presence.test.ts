import { expect, it } from "vitest";
import { Presence } from "./presence";

it("takes a page nobody touched for a minute as left alone, until somebody does", () => {
  const page = new EventTarget();
  const start = Date.now();
  const presence = new Presence(page, start - 120_000);
  expect(presence.alone(start)).toBe(true);
  page.dispatchEvent(new Event("keydown"));
  expect(presence.alone(start + 59_000)).toBe(false);
  expect(presence.alone(Date.now() + 61_000)).toBe(true);
});

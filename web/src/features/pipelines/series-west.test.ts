import { afterAll, expect, test, vi } from "vitest";
import { pointText, tickText } from "@/features/pipelines/series";

// before the module is read: what formats times takes the zone of then
const zone = vi.hoisted(() => {
  const before = process.env["TZ"];
  process.env["TZ"] = "America/Los_Angeles";
  return before;
});

afterAll(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const MIDNIGHT = Date.parse("2026-11-02T00:00:00Z"); // still the 1st in Los Angeles

test("days of UTC are named as such, wherever the reader is", () => {
  expect(tickText(MIDNIGHT, "utcDay")).toMatch(/Nov 2$/);
  expect(pointText(MIDNIGHT, "utcDay")).toMatch(/Nov 2, 2026/);
});

test("days of the reader's zone are named as they are there", () => {
  expect(pointText(Date.parse("2026-11-02T08:00:00Z"), "day")).toMatch(/Nov 2, 2026/);
  expect(pointText(Date.parse("2026-11-02T07:00:00Z"), "day")).toMatch(/Nov 1, 2026/);
});

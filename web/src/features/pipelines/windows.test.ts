import { expect, test } from "vitest";
import {
  axisOf,
  bucketOf,
  fromLocalInput,
  isByHour,
  spanOf,
  spanProblem,
  toLocalInput,
} from "@/features/pipelines/windows";

const NOW = Date.parse("2026-11-21T12:00:00Z");

test("windows end now, and are seven days unless said", () => {
  expect(spanOf({}, NOW)).toEqual({ since: "2026-11-14T12:00:00.000Z", until: undefined });
  expect(spanOf({ window: "24h" }, NOW)).toEqual({ since: "2026-11-20T12:00:00.000Z", until: undefined });
});

test("a window of the reader's own is what it says", () => {
  const own = { window: "own", since: "2026-11-01T00:00:00Z", until: "2026-11-02T00:00:00Z" } as const;
  expect(spanOf(own, NOW)).toEqual({ since: own.since, until: own.until });
  expect(spanOf({ window: "own", until: own.until }, NOW).since).toBe("2026-11-14T12:00:00.000Z");
});

test("a window that ends before it begins is told", () => {
  expect(spanProblem({ since: "2026-11-02T00:00:00Z", until: "2026-11-01T00:00:00Z" })).toMatch(/behind/);
  expect(spanProblem({ since: "2026-11-01T00:00:00Z", until: undefined })).toBeUndefined();
});

test.each([
  ["24h", true, "hour"],
  ["7d", false, "hour"],
  ["30d", false, "hour"],
] as const)("%s is shown by the hour: %s", (window, hourly, bucket) => {
  const axis = axisOf(spanOf({ window }, NOW), NOW);
  expect(isByHour(axis)).toBe(hourly);
  expect(bucketOf(axis)).toBe(bucket);
});

test("years are asked for by the day, since the API gives no more than ten thousand parts", () => {
  expect(bucketOf(axisOf({ since: "2020-01-01T00:00:00Z", until: undefined }, NOW))).toBe("day");
});

test("what is entered is of the reader's zone and comes back the same", () => {
  const at = new Date(2026, 10, 21, 9, 5).toISOString();
  expect(toLocalInput(at)).toBe("2026-11-21T09:05");
  expect(fromLocalInput("2026-11-21T09:05")).toBe(at);
  expect(fromLocalInput("")).toBeUndefined();
  expect(toLocalInput(null)).toBe("");
});

test("a year that is still being typed stays what a field of the browser can show", () => {
  const typed = "0002-11-21T09:05";
  expect(toLocalInput(fromLocalInput(typed))).toBe(typed);
});

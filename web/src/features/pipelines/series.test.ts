import { afterEach, beforeEach, expect, test } from "vitest";
import {
  binText,
  byBucket,
  byHour,
  byLocalDay,
  DAY_MS,
  ticksOf,
  tickText,
  withoutEmptyEnds,
} from "@/features/pipelines/series";

const zone = process.env["TZ"];
beforeEach(() => {
  process.env["TZ"] = "Europe/Berlin";
});
afterEach(() => {
  if (zone === undefined) delete process.env["TZ"];
  else process.env["TZ"] = zone;
});

const axis = (from: string, to: string) => ({ from: Date.parse(from), to: Date.parse(to) });

test("hours without runs are hours, too", () => {
  const points = byHour(
    [{ at: "2026-11-21T02:00:00Z", failed: 1, total: 3 }],
    axis("2026-11-21T00:30:00Z", "2026-11-21T03:10:00Z"),
  );
  expect(points.map(({ at, failed, succeeded }) => [new Date(at).toISOString(), failed, succeeded])).toEqual([
    ["2026-11-21T00:00:00.000Z", 0, 0],
    ["2026-11-21T01:00:00.000Z", 0, 0],
    ["2026-11-21T02:00:00.000Z", 1, 2],
    ["2026-11-21T03:00:00.000Z", 0, 0],
  ]);
});

test("days are those of the reader's zone, also when the clocks change", () => {
  const points = byLocalDay(
    [
      { at: "2026-10-24T21:00:00Z", failed: 1, total: 1 }, // 23:00 on the 24th in Berlin
      { at: "2026-10-24T22:00:00Z", failed: 0, total: 2 }, // 00:00 on the 25th, which has 25 hours
      { at: "2026-10-25T22:00:00Z", failed: 2, total: 2 }, // 23:00 on the 25th
    ],
    axis("2026-10-24T10:00:00Z", "2026-10-26T10:00:00Z"),
  );
  expect(points.map(({ at, failed, succeeded }) => [new Date(at).toISOString(), failed, succeeded])).toEqual([
    ["2026-10-23T22:00:00.000Z", 1, 0],
    ["2026-10-24T22:00:00.000Z", 2, 2],
    ["2026-10-25T23:00:00.000Z", 0, 0],
  ]);
});

test("days of UTC stay what they are", () => {
  const points = byBucket(
    [{ at: "2026-11-02T00:00:00Z", failed: 0, total: 1 }],
    axis("2026-11-01T12:00:00Z", "2026-11-03T00:00:00Z"),
    DAY_MS,
  );
  expect(points.map(({ succeeded }) => succeeded)).toEqual([0, 1]);
});

test("an axis names few points, the last of them always", () => {
  const points = byLocalDay([], axis("2026-10-22T10:00:00Z", "2026-11-21T10:00:00Z"));
  const ticks = ticksOf(points, "day");
  expect(ticks.length).toBeLessThanOrEqual(6);
  expect(ticks.at(-1)).toBe(points.at(-1)?.at);
});

test("hours are named by quarters of the reader's day", () => {
  const points = byHour([], axis("2026-11-20T10:00:00Z", "2026-11-21T10:00:00Z"));
  expect(ticksOf(points, "hour").map((at) => new Date(at).getHours())).toEqual([12, 18, 0, 6]);
});

test("where a day begins, its hour is told as the day", () => {
  const midnight = new Date(2026, 10, 21).getTime();
  expect(tickText(midnight, "hour")).toBe(tickText(midnight, "day"));
  expect(tickText(midnight + 6 * 3_600_000, "hour")).not.toBe(tickText(midnight, "hour"));
});

test.each([
  [0, 1, "under 1 s"],
  [5, 15, "5–15 s"],
  [15, 60, "15 s–1 min"],
  [60, 300, "1–5 min"],
  [900, 3600, "15 min–1 h"],
  [43_200, null, "over 12 h"],
])("%d to %d seconds is %s", (from_seconds, to_seconds, text) => {
  expect(binText({ from_seconds, to_seconds, count: 0 })).toBe(text);
});

test("a histogram begins and ends with runs", () => {
  const bins = [0, 2, 0, 1, 0].map((count, index) => ({ from_seconds: index, to_seconds: index + 1, count }));
  expect(withoutEmptyEnds(bins).map((bin) => bin.count)).toEqual([2, 0, 1]);
  expect(withoutEmptyEnds(bins.slice(0, 1))).toEqual([]);
});

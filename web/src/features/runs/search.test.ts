import { expect, test } from "vitest";
import { startOfDay } from "@/features/runs/days";
import { readRunSearch, readRunsSearch } from "@/features/runs/search";

test("filters are read as they stand in the URL", () => {
  const search = { type: "archive", status: "failed", label: "x", owner: "ann", from: "2026-11-01", order: "asc" };
  expect(readRunsSearch(search)).toEqual(search);
});

test("what is not understood is left out", () => {
  expect(
    readRunsSearch({ type: "tape", status: "", label: null, until: "2026-13-45", from: "soon", order: "up" }),
  ).toEqual({});
  expect(readRunSearch({ tab: "attic", line: "-3", copy: 1.5, level: "info" })).toEqual({});
});

test("a label that looks like a number is one", () => {
  expect(readRunsSearch({ label: 2026 })).toEqual({ label: "2026" });
});

test("a link into a file has its path and its line", () => {
  expect(readRunSearch({ tab: "files", file: "a/b.conf", line: 12 })).toEqual({
    tab: "files",
    file: "a/b.conf",
    line: 12,
  });
});

test("days begin in the reader's zone", () => {
  const first = new Date(startOfDay("2026-11-30"));
  expect([first.getDate(), first.getHours(), first.getMinutes()]).toEqual([30, 0, 0]);
  const next = new Date(startOfDay("2026-11-30", 1));
  expect([next.getMonth(), next.getDate(), next.getHours()]).toEqual([11, 1, 0]);
});

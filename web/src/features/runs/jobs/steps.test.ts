import { expect, test } from "vitest";
import type { Schemas } from "@/api/client";
import { resultsOf, spansOf } from "@/features/runs/jobs/steps";

const step = (id: string, from: string | null, to: string | null): Schemas["StepBody"] => ({
  id,
  ordinal: 1,
  name: id,
  status: "running",
  model_id: null,
  started_at: from,
  finished_at: to,
  metadata: {},
  error: null,
});

test("steps lie in the time of their job; one that runs reaches until now", () => {
  const steps = [
    step("a", "2026-11-21T10:00:00Z", "2026-11-21T10:00:01Z"),
    step("b", "2026-11-21T10:00:01Z", null),
    step("c", null, null),
  ];
  const spans = spansOf(steps, Date.parse("2026-11-21T10:00:04Z"));
  expect(spans.get("a")).toEqual({ left: 0, width: 0.25 });
  expect(spans.get("b")).toEqual({ left: 0.25, width: 0.75 });
  expect(spans.has("c")).toBe(false);
});

test("no step has begun", () => {
  expect(spansOf([step("a", null, null)], 0).size).toBe(0);
});

test("results are told in words, and what says nothing is left out", () => {
  const metadata = {
    members: 20_000,
    unpacked_bytes: 2048,
    kinds: { file: 3, symlink: 1 },
    flags: {},
    ocr: true,
    none: null,
  };
  expect(resultsOf(metadata)).toEqual(["members: 20,000", "unpacked: 2 KiB", "kinds: file 3, symlink 1", "ocr: yes"]);
});

import { expect, test } from "vitest";
import { ApiError } from "@/api/problem";
import { entered, secondsOf } from "@/features/pipelines/durations";
import { fieldError, isAboutNone, isOutdated } from "@/features/pipelines/failing-fields";
import { bodyOf, NEW_DRAFT, wrongTimes } from "@/features/pipelines/pipeline-draft";
import { type ReportDraft, reportOf, wrongIn } from "@/features/pipelines/report-draft";

test.each([
  [86_400, "1", "86400"],
  [5400, "90", "60"],
  [90, "90", "1"],
])("%d seconds are shown as %s of %s", (seconds, amount, unit) => {
  expect(entered(seconds)).toEqual({ amount, unit });
  expect(secondsOf({ amount, unit })).toBe(seconds);
});

test("nothing entered is nothing expected, and words are no numbers", () => {
  expect(secondsOf({ amount: " ", unit: "60" })).toBeNull();
  expect(secondsOf({ amount: "soon", unit: "60" })).toBeUndefined();
  expect(secondsOf({ amount: "-1", unit: "60" })).toBeUndefined();
  expect(secondsOf({ amount: "1.5", unit: "3600" })).toBe(5400);
});

test("a schedule of no time at all is wrong, a grace of none is not", () => {
  const none = { amount: "0", unit: "60" };
  expect(wrongTimes({ ...NEW_DRAFT, expect_every_seconds: none, start_grace_seconds: none })).toEqual([
    "expect_every_seconds",
  ]);
});

test("what is left empty takes away what was there", () => {
  const body = bodyOf({ ...NEW_DRAFT, name: " Load ", expect_every_seconds: entered(null), external_id: " " });
  expect(body).toMatchObject({ name: "Load", expect_every_seconds: null, external_id: null });
});

test("a change says nothing of whether the pipeline is enabled", () => {
  expect(bodyOf(NEW_DRAFT)).not.toHaveProperty("is_active");
});

const taken = (message: string) => new ApiError(message, { status: 409, code: "pipeline_exists" });

test("a duplicate is told at the field that is taken", () => {
  const name = taken("the client has a pipeline load already");
  const id = taken("the client has a pipeline with external_id load on cron already");
  expect([fieldError(name, "name"), fieldError(name, "external_id")]).toEqual([
    "The client has a pipeline load already.",
    undefined,
  ]);
  expect(fieldError(id, "external_id")).toMatch(/external_id load/);
  expect(isAboutNone(id, ["name", "external_id"])).toBe(false);
});

test("what is about no field is told beside them", () => {
  const changed = new ApiError("it is 4 now", { status: 412, code: "revision_mismatch" });
  expect(isOutdated(changed)).toBe(true);
  expect(isAboutNone(changed, ["name"])).toBe(true);
  expect(isAboutNone(null, ["name"])).toBe(false);
});

const REPORT: ReportDraft = {
  status: "failed",
  external_run_id: "",
  started_at: "2026-11-21T02:00",
  finished_at: "2026-11-21T02:12",
  rows_processed: "",
  status_reason: "",
  error_message: "out of memory",
  payload: "",
};

test("a report leaves out what was left empty", () => {
  expect(reportOf(REPORT)).toMatchObject({
    status: "failed",
    external_run_id: null,
    rows_processed: null,
    payload: null,
    error_message: "out of memory",
  });
});

test("a run that goes on has not finished", () => {
  expect(reportOf({ ...REPORT, status: "running" }).finished_at).toBeNull();
});

test("a report says what is wrong with it before it is sent", () => {
  expect(wrongIn(REPORT)).toEqual({});
  expect(
    Object.keys(wrongIn({ ...REPORT, rows_processed: "many", payload: "[1]", finished_at: "2026-11-20T00:00" })),
  ).toEqual(["rows_processed", "payload", "finished_at"]);
});

test("what is hidden is neither checked nor sent", () => {
  const backwards = { ...REPORT, finished_at: "2026-11-20T00:00" };
  expect(wrongIn({ ...backwards, status: "running" })).toEqual({});
  expect(reportOf({ ...REPORT, status: "success" }).error_message).toBeNull();
});

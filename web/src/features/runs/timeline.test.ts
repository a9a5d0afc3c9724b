import { expect, test } from "vitest";
import { anEvent, aRun } from "@/features/runs/testing";
import { listingVersion, membersCounted, timelineOf } from "@/features/runs/timeline";

const READ = [
  anEvent(1, "run_stored"),
  anEvent(2, "job_queued"),
  anEvent(3, "run_parsing"),
  anEvent(4, "step_succeeded", { payload: { step: "catalogue", members: 3, unpacked_bytes: 20 } }),
  anEvent(6, "run_complete"),
];
const seen = (of: ReturnType<typeof timelineOf>) => of.stages.map(({ status, state }) => `${status} ${state}`);

test("a run that is complete went through all statuses, each for its time", () => {
  const timeline = timelineOf(aRun(), READ);
  expect(seen(timeline)).toEqual(["pending done", "stored done", "parsing done", "complete done"]);
  expect(timeline.stages.map((stage) => stage.seconds)).toEqual([1, 2, 3, undefined]);
});

test("what is to come shows behind what goes on", () => {
  expect(seen(timelineOf(aRun({ status: "pending", files: [] }), []))).toEqual([
    "pending now",
    "stored ahead",
    "parsing ahead",
    "complete ahead",
  ]);
  const waiting = timelineOf(aRun({ status: "stored" }), READ.slice(0, 2));
  expect(seen(waiting)).toEqual(["pending done", "stored now", "parsing ahead", "complete ahead"]);
  expect(waiting.stages[1]?.note).toBe("waits for a worker");
});

test("a status that a type has besides shows once it was reached", () => {
  const run = aRun({ status: "normalized" });
  expect(seen(timelineOf(run, READ.slice(0, 3)))).toEqual([
    "pending done",
    "stored done",
    "parsing done",
    "normalized now",
    "complete ahead",
  ]);
});

test("a failed run says in which step it ended", () => {
  const events = [
    ...READ.slice(0, 3),
    anEvent(5, "step_failed", { payload: { step: "catalogue" } }),
    anEvent(5, "run_failed"),
  ];
  const timeline = timelineOf(aRun({ status: "failed" }), events);
  expect(seen(timeline)).toEqual(["pending done", "stored done", "parsing done", "failed failed"]);
  expect(timeline.stages.at(-1)).toMatchObject({ at: "2026-11-21T10:00:05Z", note: "in the step catalogue" });
});

test("an upload that broke off was never stored", () => {
  const timeline = timelineOf(aRun({ status: "failed", files: [] }), [anEvent(2, "run_failed")]);
  expect(seen(timeline)).toEqual(["pending done", "failed failed"]);
  expect(timeline.stages.at(-1)?.note).toBe("while it was received");
});

test("of a repetition the last one counts", () => {
  const again = [...READ, anEvent(10, "run_parsing")];
  const timeline = timelineOf(aRun({ status: "parsing" }), again);
  expect(seen(timeline)).toEqual(["pending done", "stored done", "parsing now", "complete ahead"]);
  expect(timeline.stages[2]?.at).toBe("2026-11-21T10:00:10Z");
  expect(timeline.times).toBe(2);
  expect(timeline.stages[1]?.seconds).toBeUndefined();
});

test("a failure before does not count for what came after it", () => {
  const events = [
    anEvent(1, "run_parsing"),
    anEvent(2, "step_failed", { payload: { step: "catalogue" } }),
    anEvent(3, "run_parsing"),
    anEvent(4, "run_failed"),
  ];
  expect(timelineOf(aRun({ status: "failed" }), events).stages.at(-1)?.note).toBeUndefined();
});

test("a run whose events are gone still has its beginning and its end", () => {
  const timeline = timelineOf(aRun(), []);
  expect(seen(timeline)).toEqual(["pending done", "stored done", "parsing done", "complete done"]);
  expect(timeline.stages.map((stage) => stage.at)).toEqual([
    "2026-11-21T10:00:00Z",
    undefined,
    undefined,
    "2026-11-21T10:00:09Z",
  ]);
});

test("the listing is another one after each reading, and only then", () => {
  expect(listingVersion([])).toBe(0);
  expect(listingVersion(READ)).toBe(4);
  expect(listingVersion([...READ, anEvent(7, "run_parsing"), anEvent(8, "step_started")])).toBe(4);
  expect(membersCounted(READ)).toEqual({ members: 3, bytes: 20 });
  expect(membersCounted([])).toBeUndefined();
});

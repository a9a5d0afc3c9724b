import { expect, it } from "vitest";
import { newsText } from "@/features/upload/announce";
import { type Action, EMPTY, type Queue, reduce } from "@/features/upload/queue";

const files = ["a", "b"].map((id) => ({ id, key: id, file: new File(["x"], id), path: `${id}.txt` }));
const drafts = [
  { type: "add", files },
  ...files.map(({ id }): Action => ({ type: "looked", id, kind: "text", guess: "document" })),
] as const satisfies Action[];
const queue = (...more: Action[]): Queue => [...drafts, ...more].reduce(reduce, EMPTY);
const start: Action = { type: "start" };
const begin: Action = { type: "begin", id: "a", hashFirst: false, at: 0 };

it("counts several, and names one", () => {
  expect(newsText([], queue().items)).toBe("2 files added.");
  expect(newsText(queue().items, queue(start).items)).toBe("2 files in line.");
  const done: Action[] = [{ type: "answered", id: "a", stored: { runId: "r", sha256: "", replayed: false } }];
  const after = queue(start, begin, ...done, { type: "done", id: "a" });
  expect(newsText(queue(start).items, after.items)).toBe("a.txt: stored.");
});

it("says why one failed, and that no uploads are left", () => {
  const failure = { code: "storage_full", message: "There is no space left.", retryable: true };
  const after = queue(start, begin, { type: "failed", id: "a", failure }, { type: "cancel", ids: ["b"] });
  expect(newsText(queue(start, begin).items, after.items)).toBe(
    "a.txt: failed. There is no space left. b.txt: cancelled. No uploads are left.",
  );
});

it("is silent about percents", () => {
  const before = queue(start, begin);
  const after = reduce(before, { type: "progress", sent: new Map([["a", 1]]), at: 500 });
  expect(newsText(before.items, after.items)).toBe("");
});

import { expect, test } from "vitest";
import { partsOf } from "@/features/system/parts";

const fine = { status: "ok", detail: "fine" };

test("parts that fail come first, with a name for people and what to do", () => {
  const parts = partsOf({
    status: "failing",
    version: "1",
    parts: { db: fine, storage: { status: "failing", detail: "no space" }, sweeper: fine },
  });
  expect(parts.map(({ label, ok }) => [label, ok])).toEqual([
    ["Blob store", false],
    ["Database", true],
    ["Sweeper", true],
  ]);
  expect(parts[0]?.detail).toBe("no space");
  expect(parts[0]?.advice).toContain("FOREBAY_BLOB_URL");
});

test("a part that a newer server or a program brought along is shown by its own name", () => {
  const [part] = partsOf({ status: "failing", version: "1", parts: { cache: { status: "failing", detail: "cold" } } });
  expect(part).toMatchObject({ label: "cache", ok: false, detail: "cold" });
  expect(part?.advice).toContain("log");
});

import { expect, test } from "vitest";
import { atLeast } from "@/features/runs/log/levels";
import { anEvent } from "@/features/runs/testing";

test("a level shows what is at least as bad", () => {
  const events = [anEvent(1, "a"), anEvent(2, "b", { level: "warning" }), anEvent(3, "c", { level: "error" })];
  const codes = (level?: "warning" | "error") => atLeast(events, level).map((event) => event.code);
  expect(codes()).toEqual(["a", "b", "c"]);
  expect(codes("warning")).toEqual(["b", "c"]);
  expect(codes("error")).toEqual(["c"]);
});

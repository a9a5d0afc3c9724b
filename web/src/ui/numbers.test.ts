import { expect, test } from "vitest";
import { bytesText, durationText, percentText, pluralText } from "@/ui/numbers";

test.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [1024, "1 KiB"],
  [1536, "1.5 KiB"],
  [1_073_741_824, "1 GiB"],
  [123_456_789, "118 MiB"],
])("%d bytes are %s", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [0, "0 s"],
  [0.04, "40 ms"],
  [1.25, "1.3 s"],
  [59.6, "1 min"],
  [75, "1 min 15 s"],
  [3600, "1 h"],
  [90_061, "1 d 1 h"],
])("%d seconds are %s", (seconds, text) => {
  expect(durationText(seconds)).toBe(text);
});

test("few percent are told more exactly", () => {
  expect([0, 0.004, 0.05, 0.251, 1].map(percentText)).toEqual(["0 %", "0.4 %", "5.0 %", "25 %", "100 %"]);
});

test("what is not all of it is never 100 %", () => {
  expect([0.9967, 0.9999, 0.991, 0.99, 0.986].map(percentText)).toEqual(["99.6 %", "99.9 %", "99.1 %", "99 %", "99 %"]);
});

test("one is not many", () => {
  expect([0, 1, 1200].map((count) => pluralText(count, "file"))).toEqual(["0 files", "1 file", "1,200 files"]);
});

import { expect, test } from "vitest";
import { findIn, fold, MOST_MATCHES } from "@/features/documents/text/find";

function found(text: string, query: string): string[] {
  return findIn(fold(text), query).map(({ start, stop }) => text.slice(start, stop));
}

test("capitals and accents do not count", () => {
  expect(found("Café, CAFE, cafe\u0301", "cafe")).toEqual(["Café", "CAFE", "cafe\u0301"]);
  expect(found("naive", "Naïve")).toEqual(["naive"]);
});

test("words are found across the end of a line", () => {
  expect(found("payable net\n  30 days", "net 30 days")).toEqual(["net\n  30 days"]);
});

test("what is typed is no regular expression", () => {
  expect(found("a+b (c) [d] x/y \\ $1.00", "a+b (c) [d]")).toEqual(["a+b (c) [d]"]);
  expect(found("a+b x/y \\ $1.00", "x/y \\ $1.00")).toEqual(["x/y \\ $1.00"]);
  expect(found("2024-05-01", "2024-05")).toEqual(["2024-05"]);
  expect(found("abc", ".")).toEqual([]);
});

test("folding keeps every place where it is", () => {
  const text = "İstanbul ﬁsh Straße 𝔘nicode 😀 漢字 ǅ";
  expect(fold(text)).toHaveLength(text.length);
  expect(found(text, "😀 漢")).toEqual(["😀 漢"]);
});

test("nothing is found by nothing", () => {
  expect(found("text", "")).toEqual([]);
  expect(found("text", "   ")).toEqual([]);
  expect(found("text", "\u0301")).toEqual([]);
});

test("no more is counted than anybody steps through", () => {
  expect(findIn("a".repeat(MOST_MATCHES + 5), "a")).toHaveLength(MOST_MATCHES);
});

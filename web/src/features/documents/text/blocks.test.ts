import { expect, test } from "vitest";
import { blocksOf, pageAt } from "@/features/documents/text/blocks";

function texts(text: string, paged = false): string[] {
  return blocksOf(text, paged).map(({ start, stop }) => text.slice(start, stop));
}

test("a form feed ends a page, an empty one counts as well", () => {
  const text = "one\ftwo\f\ffour\f";
  expect(texts(text, true)).toEqual(["one", "two", "", "four"]);
  expect(blocksOf(text, true).map(({ page }) => page)).toEqual([1, 2, 3, 4]);
});

test("long texts are divided at the ends of lines, and nothing is lost", () => {
  const text = "a line of the text\n".repeat(1000);
  const blocks = texts(text);
  expect(blocks.length).toBeGreaterThan(5);
  expect(blocks.every((block) => block.endsWith("\n"))).toBe(true);
  expect(blocks.join("")).toBe(text);
});

test("lines without an end are cut, but no character is", () => {
  const text = `x${"😀".repeat(10_000)}`;
  const blocks = texts(text);
  expect(blocks.join("")).toBe(text);
  expect(blocks.every((block) => !/\p{Cs}/u.test(block))).toBe(true);
});

test("the page of a long one is said once", () => {
  const text = `${"line\n".repeat(2000)}\flast\f`;
  expect(blocksOf(text, true).filter(({ page }) => page === 1)).toHaveLength(1);
  expect(pageAt(blocksOf(text, true), 9_000)).toBe(1);
  expect(pageAt(blocksOf(text, true), text.indexOf("last"))).toBe(2);
  expect(pageAt(blocksOf(text, false), 3)).toBeUndefined();
});

test("an empty text has no blocks", () => {
  expect(blocksOf("", true)).toEqual([]);
});

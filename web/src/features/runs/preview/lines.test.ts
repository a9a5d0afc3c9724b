import { expect, test } from "vitest";
import { splitLines, widthOf } from "@/features/runs/preview/lines";

const told = (pieces: string[], longest?: number) =>
  splitLines(pieces, longest).map((row) => `${row.number ?? "…"} ${row.text}`);

test("lines that pieces cut are whole again", () => {
  expect(told(["one\ntw", "o\nth", "ree"])).toEqual(["1 one", "2 two", "3 three"]);
});

test("either end of a line counts once, also where a piece cuts it", () => {
  expect(told(["a\r", "\nb\r\n", "c\n"])).toEqual(["1 a", "2 b", "3 c"]);
});

test("empty lines count, but there is none behind the last end", () => {
  expect(told(["\n\na\n"])).toEqual(["1 ", "2 ", "3 a"]);
  expect(told([])).toEqual([]);
  expect(told([""])).toEqual([]);
});

test("a long line goes on in rows without a number", () => {
  expect(told(["abcdefg\nh"], 3)).toEqual(["1 abc", "… def", "… g", "2 h"]);
});

test("a tab is as wide as four characters", () => {
  expect(widthOf(splitLines(["abcdef\n\tx"]))).toBe(6);
  expect(widthOf(splitLines(["a\n\t\tx"]))).toBe(9);
});

import { render, screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Marked } from "@/features/documents/marked";
import { piecesOf } from "@/features/documents/marks";

function marked(text: string, matches: number[][]): string {
  return piecesOf(text, matches)
    .map((piece) => (piece.marked ? `[${piece.text}]` : piece.text))
    .join("");
}

test("matches are marked, whatever their order", () => {
  expect(
    marked("pay the rent today", [
      [8, 12],
      [0, 3],
    ]),
  ).toBe("[pay] the [rent] today");
});

test("places count characters, not halves of them", () => {
  expect(marked("😀 rent 漢字", [[2, 6]])).toBe("😀 [rent] 漢字");
});

test("matches that overlap or lie outside lose no text", () => {
  expect(
    marked("abcdef", [
      [0, 3],
      [2, 4],
      [5, 99],
    ]),
  ).toBe("[abc][d]e[f]");
  expect(marked("", [[0, 3]])).toBe("");
});

test("markup in a text is text", () => {
  render(
    <p>
      <Marked text="<b>rent</b>" matches={[[3, 7]]} />
    </p>,
  );
  expect(screen.getByText("rent").tagName).toBe("MARK");
  expect(screen.getByText(/<b>/)).toHaveTextContent("<b>rent</b>");
});

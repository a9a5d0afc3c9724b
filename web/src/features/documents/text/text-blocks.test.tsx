import { render, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { blocksOf } from "@/features/documents/text/blocks";
import { findIn, fold } from "@/features/documents/text/find";
import { TextBlocks } from "@/features/documents/text/text-blocks";

function show(text: string, query: string, at = 0, onPage?: (page: number) => void) {
  const matches = findIn(fold(text), query);
  const blocks = blocksOf(text, true);
  return render(
    <TextBlocks text={text} blocks={blocks} matches={matches} current={matches[at]?.start} onPage={onPage} />,
  );
}

test("each match is marked, and one of them as the current one", () => {
  const { container } = show("rent here\fand rent there\f", "RENT", 1);
  const marks = [...container.querySelectorAll("mark")];
  expect(marks.map((mark) => mark.textContent)).toEqual(["rent", "rent"]);
  expect(marks.map((mark) => mark.getAttribute("aria-current"))).toEqual([null, "true"]);
});

test("a match that goes on in the next block is marked in both, and no text is lost", () => {
  const text = `${"word ".repeat(400)}net\n30 days ${"word ".repeat(500)}`;
  const { container } = show(text, "net 30 days");
  expect(blocksOf(text, true).length).toBeGreaterThan(1);
  expect([...container.querySelectorAll("mark")].map((mark) => mark.textContent).join("")).toBe("net\n30 days");
  expect([...container.querySelectorAll("p")].map((block) => block.textContent).join("")).toBe(text);
});

test("pages are named, and lead to the PDF where there is one", () => {
  const onPage = vi.fn();
  show("one\ftwo\f", "", 0, onPage);
  screen.getByRole("button", { name: "Page 2" }).click();
  expect(onPage).toHaveBeenCalledWith(2);
});

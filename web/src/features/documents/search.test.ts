import { expect, test } from "vitest";
import { filterCount, findOf, midnight, parametersOf } from "@/features/documents/parameters";
import { readDocumentSearch, readDocumentsSearch } from "@/features/documents/search";

test("what a link says is read, and what makes no sense is left out", () => {
  expect(
    readDocumentsSearch({ q: 2024, status: "ready", language: "de", from: "2026-02-01", order: "asc", other: "x" }),
  ).toEqual({ q: "2024", status: "ready", language: "de", from: "2026-02-01", order: "asc" });
  expect(readDocumentsSearch({ status: "great", order: "up", from: "yesterday", until: "2026-13-45", q: "" })).toEqual(
    {},
  );
});

test("a category and none at once cannot be", () => {
  expect(readDocumentsSearch({ category: "invoice", uncategorised: true })).toEqual({ uncategorised: true });
});

test("pages of documents are numbers from 1 on", () => {
  expect(readDocumentSearch({ page: 3, find: "rent" })).toEqual({ page: 3, find: "rent" });
  expect(["0", "-1", "x", 1.5].map((page) => readDocumentSearch({ page }))).toEqual([{}, {}, {}, {}]);
});

test("days become moments, the last one included", () => {
  const { created_after, created_before } = parametersOf({ from: "2026-03-01", until: "2026-03-31" });
  expect(created_after).toBe(midnight("2026-03-01"));
  expect(created_before).toBe(midnight("2026-04-01"));
});

test("there is no order while something is searched for", () => {
  expect(parametersOf({ q: "rent", order: "asc" })).not.toHaveProperty("order");
  expect(parametersOf({ order: "asc" })).toHaveProperty("order", "asc");
});

test("filters are counted, not the search or the place", () => {
  expect(filterCount({ q: "rent", cursor: "c", order: "asc", status: "ready", category: "invoice" })).toBe(2);
});

test.each([
  ['"net 30 days" invoice* -draft', "net 30 days"],
  ["invoice* -draft", "invoice"],
  ['-"first draft" rent deposit', "rent"],
  ["-draft", undefined],
  ["*", undefined],
  [undefined, undefined],
])("of %s the text is searched for %s", (query, find) => {
  expect(findOf(query)).toBe(find);
});

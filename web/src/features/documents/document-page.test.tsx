import { createRootRoute, createRoute } from "@tanstack/react-router";
import { screen } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { DocumentPage } from "@/features/documents/document-page";
import type { DocumentDetail } from "@/features/documents/queries";
import { readDocumentSearch } from "@/features/documents/search";
import { showAt } from "@/testing/show";

const ID = "01a1ff67-932e-77c2-a7e2-4749eebfcf23";
const LETTER: DocumentDetail = {
  id: ID,
  run_id: ID,
  file_id: ID,
  parent_id: null,
  title: "Letter",
  path: "letter.pdf",
  media_type: "application/pdf",
  size_bytes: 4,
  sha256: "0".repeat(64),
  status: "failed",
  error: { code: "document_broken", detail: "Its end is missing." },
  text: null,
  language: null,
  page_count: null,
  needs_ocr: false,
  owner: null,
  category: null,
  confidence: null,
  classified_by: null,
  classifier: null,
  extractor: null,
  reasons: [],
  attachments: [],
  created_at: "2026-11-21T10:00:00Z",
  updated_at: "2026-11-21T10:00:00Z",
};

let letter: () => Response;
beforeEach(() => {
  letter = () => Response.json(LETTER);
  vi.stubGlobal("scrollTo", () => {});
  vi.stubGlobal("fetch", async (request: Request) =>
    new URL(request.url).pathname === `/v1/documents/${ID}`
      ? letter()
      : Response.json({ items: [], next_cursor: null }),
  );
});
afterEach(() => vi.unstubAllGlobals());

function open() {
  const root = createRootRoute();
  const page = createRoute({
    getParentRoute: () => root,
    path: "/documents/$documentId",
    validateSearch: readDocumentSearch,
    component: DocumentPage,
  });
  const { queries } = showAt(`/documents/${ID}`, root.addChildren([page]));
  return queries;
}

test("a document that somebody else deleted is shown no longer", async () => {
  const queries = open();
  expect(await screen.findByRole("heading", { level: 1, name: "Letter" })).toBeVisible();
  letter = () => Response.json({ detail: "There is no such document.", code: "document_not_found" }, { status: 404 });
  await queries.invalidateQueries();
  expect(await screen.findByText("There is no such document")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Delete" })).not.toBeInTheDocument();
  expect(screen.getByRole("heading", { level: 1 })).not.toHaveTextContent("Letter");
});

test("it stays when the server cannot be asked again", async () => {
  const queries = open();
  await screen.findByRole("heading", { level: 1, name: "Letter" });
  letter = () => Response.json({ detail: "No.", code: "forbidden" }, { status: 403 });
  await queries.invalidateQueries();
  expect(screen.getByRole("heading", { level: 1, name: "Letter" })).toBeVisible();
});

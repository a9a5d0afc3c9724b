import type { Raw } from "@/app/search";

export function readDocumentsSearch(_raw: Raw) {
  return {};
}

export function readDocumentSearch(_raw: Raw) {
  return {};
}

import type { Raw } from "@/app/search";

export function readPipelinesSearch(_raw: Raw) {
  return {};
}

export function readPipelineSearch(_raw: Raw) {
  return {};
}

export function readClientSearch(_raw: Raw) {
  return {};
}

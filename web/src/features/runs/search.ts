import type { Raw } from "@/app/search";

export function readRunsSearch(_raw: Raw) {
  return {};
}

export function readRunSearch(_raw: Raw) {
  return {};
}

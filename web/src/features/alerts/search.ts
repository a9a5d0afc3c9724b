import type { Raw } from "@/app/search";

export function readAlertsSearch(_raw: Raw) {
  return {};
}

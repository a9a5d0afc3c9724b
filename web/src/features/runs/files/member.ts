import type { Schemas } from "@/api/client";

/** Permission bits as `ls` shows them: 0o644 → "rw-r--r--" */
export function modeText(mode: number): string {
  return [6, 3, 0]
    .map((shift) => (mode >> shift) & 7)
    .map((bits) => `${bits & 4 ? "r" : "-"}${bits & 2 ? "w" : "-"}${bits & 1 ? "x" : "-"}`)
    .join("");
}

/** What is unusual about a member, in words. */
export const FLAG: Record<Schemas["MemberFlag"], string> = {
  absolute_path: "Its path in the archive is absolute",
  parent_path: "Its path in the archive leads outside of it",
  duplicate_path: "Several members have this path",
  undecodable_path: "Its path is no valid text",
  encrypted: "It is encrypted",
  sparse: "It is a sparse file",
  unsupported: "It is packed in a way that cannot be read",
};

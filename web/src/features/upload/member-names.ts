import { isTarHeader, latin1 } from "@/features/upload/content-kind";

const BLOCK = 512;

/** What is inside a tar, as far as its beginning tells. */
export function tarMembers(head: Uint8Array): string[] {
  const names: string[] = [];
  let long: string | undefined;
  for (let at = 0; at + BLOCK <= head.length && isTarHeader(head.subarray(at, at + BLOCK)); ) {
    const block = head.subarray(at, at + BLOCK);
    const size = Number.parseInt(field(block, 124, 12).trim(), 8) || 0;
    const type = field(block, 156, 1);
    if (type === "L") {
      long = field(head, at + BLOCK, size); // GNU: the name of the member that follows
    } else if (type !== "x" && type !== "g") {
      const prefix = field(block, 257, 5) === "ustar" ? field(block, 345, 155) : "";
      names.push(long ?? (prefix === "" ? field(block, 0, 100) : `${prefix}/${field(block, 0, 100)}`));
      long = undefined;
    }
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK;
  }
  return names;
}

function field(bytes: Uint8Array, at: number, size: number): string {
  return latin1(bytes.subarray(at, at + size)).split("\0", 1)[0] ?? "";
}

/** The same of a zip, by the headers that stand before its members. */
export function zipMembers(head: Uint8Array): string[] {
  const text = latin1(head);
  const names: string[] = [];
  for (let at = text.indexOf("PK\x03\x04"); at >= 0; at = text.indexOf("PK\x03\x04", at + 4)) {
    const size = (head[at + 26] ?? 0) + 256 * (head[at + 27] ?? 0);
    if (at + 30 + size <= head.length) names.push(text.slice(at + 30, at + 30 + size));
  }
  return names;
}

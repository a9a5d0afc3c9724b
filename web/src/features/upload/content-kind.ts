import { isArchive, type RunType } from "@/features/upload/run-types";

/** What the first bytes of a file say it is. The server decides by the same rules: domain/intake/signatures.py. */
export type Kind =
  | "tar"
  | "gzip"
  | "bzip2"
  | "xz"
  | "zstd"
  | "zip"
  | "PDF"
  | "OLE2 document"
  | "RTF"
  | "text"
  | "unknown binary data"
  | "empty";

export const HEAD_BYTES = 4096;

const ARCHIVES: readonly Kind[] = ["tar", "gzip", "bzip2", "xz", "zstd", "zip"];
const DOCUMENTS: readonly Kind[] = ["PDF", "zip", "OLE2 document", "RTF", "text"];
const CONFS: readonly Kind[] = ["text"];

/** What the content has to be for the server to take the file as `type`. */
export function acceptedKinds(type: RunType): readonly Kind[] {
  if (isArchive(type)) return ARCHIVES;
  return type === "document" ? DOCUMENTS : CONFS;
}

const MAGIC: readonly [bytes: readonly number[], kind: Kind][] = [
  [[0x1f, 0x8b, 0x08], "gzip"],
  [[0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00], "xz"],
  [[0x28, 0xb5, 0x2f, 0xfd], "zstd"],
  [[0x50, 0x4b, 0x03, 0x04], "zip"],
  [[0x50, 0x4b, 0x05, 0x06], "zip"], // without members
  [[0x50, 0x4b, 0x07, 0x08], "zip"], // a spanned one
  [[0x25, 0x50, 0x44, 0x46, 0x2d], "PDF"],
  [[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1], "OLE2 document"],
  [[0x7b, 0x5c, 0x72, 0x74, 0x66], "RTF"],
];

function startsWith(head: Uint8Array, bytes: readonly number[], at = 0): boolean {
  return bytes.every((byte, index) => head[at + index] === byte);
}

/** Of the first HEAD_BYTES, or all of a shorter file. */
export function kindOf(head: Uint8Array): Kind {
  if (head.length === 0) return "empty";
  const magic = MAGIC.find(([bytes]) => startsWith(head, bytes));
  if (magic !== undefined) return magic[1];
  if (isBzip2(head)) return "bzip2";
  if (isTarHeader(head)) return "tar";
  if (latin1(head.subarray(0, 1024)).includes("%PDF-")) return "PDF"; // readers accept bytes before the header
  return isText(head.subarray(0, HEAD_BYTES)) ? "text" : "unknown binary data";
}

const BZH = [0x42, 0x5a, 0x68];
const BZIP2_BLOCKS = [
  [0x31, 0x41, 0x59, 0x26, 0x53, 0x59],
  [0x17, 0x72, 0x45, 0x38, 0x50, 0x90], // of an empty stream
];

function isBzip2(head: Uint8Array): boolean {
  const digit = head[3] ?? 0;
  return (
    startsWith(head, BZH) && digit >= 0x31 && digit <= 0x39 && BZIP2_BLOCKS.some((bytes) => startsWith(head, bytes, 4))
  );
}

/** A header of tar is known by its checksum, in which its own eight bytes count as spaces. */
export function isTarHeader(block: Uint8Array): boolean {
  if (block.length < 512) return false;
  const digits = latin1(block.subarray(148, 156)).replace(/^[ \0]+|[ \0]+$/g, "");
  if (!/^[0-7]+$/.test(digits)) return false;
  let sum = 8 * 0x20;
  for (let at = 0; at < 512; at += 1) if (at < 148 || at >= 156) sum += block[at] ?? 0;
  return Number.parseInt(digits, 8) === sum;
}

function isText(head: Uint8Array): boolean {
  if (startsWith(head, [0xff, 0xfe]) || startsWith(head, [0xfe, 0xff])) return true; // UTF-16
  if (head.includes(0)) return false;
  const control = head.filter((byte) => byte < 0x20 && ![0x09, 0x0a, 0x0d, 0x0c, 0x1b].includes(byte)).length;
  return control * 100 <= head.length;
}

/** Bytes as characters, one for one. */
export function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

import { HEAD_BYTES, type Kind, kindOf } from "@/features/upload/content-kind";
import { tarMembers, zipMembers } from "@/features/upload/member-names";
import type { RunType } from "@/features/upload/run-types";

/** How much of a file is looked at: enough to see the first members of an archive. */
const LOOK_BYTES = 256 * 1024;

export interface Look {
  kind: Kind;
  guess: RunType;
}

/** What a file is by its content, and which type its sender most likely means. Throws when it cannot be read. */
export async function lookAt(file: Blob, name: string): Promise<Look> {
  const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const kind = kindOf(head);
  if (kind === "tar" || kind === "zip" || kind === "gzip") {
    const beginning = file.slice(0, LOOK_BYTES);
    const more = kind === "gzip" ? await unzipped(beginning) : new Uint8Array(await beginning.arrayBuffer());
    return { kind, guess: guessType(kind, name, kind === "zip" ? zipMembers(more) : tarMembers(more)) };
  }
  return { kind, guess: guessType(kind, name, [], kind === "text" ? decoded(head) : "") };
}

/** The content decides between archive and not; members, text and the name between what is left. */
export function guessType(kind: Kind, name: string, members: readonly string[] = [], text = ""): RunType {
  switch (kind) {
    case "PDF":
    case "OLE2 document":
    case "RTF":
      return "document";
    case "text":
    case "empty":
      return isConf(name, text) ? "single_conf" : "document";
    case "zip":
      return isOffice(name, members) ? "document" : archiveType(name, members);
    default:
      return archiveType(name, members);
  }
}

function archiveType(name: string, members: readonly string[]): RunType {
  const paths = members.map((path) => path.replace(/^(\.?\/)+/, ""));
  const has = (pattern: RegExp) => paths.some((path) => pattern.test(path));
  if (has(/(^|\/)(deployment-apps\/|serverclass\.conf$)/)) return "ds_etc";
  if (has(/(^|\/)etc\/(system|apps|users)\//) || has(/^system\/(local|default)\//)) return "instance_etc";
  if (has(/^[^/]+\/(default\/app\.conf|app\.manifest|metadata\/(default|local)\.meta)$/)) return "app_bundle";
  if (/(^|[^a-z])ds[-_. ]?etc([^a-z]|$)/i.test(name)) return "ds_etc";
  if (/(^|[^a-z])instance[-_. ]?etc([^a-z]|$)/i.test(name)) return "instance_etc";
  return /\.spl$/i.test(name) || /(^|[^a-z])app[-_. ]?bundle([^a-z]|$)/i.test(name) ? "app_bundle" : "archive";
}

function isOffice(name: string, members: readonly string[]): boolean {
  if (members.length === 0) return /\.(docx|xlsx|pptx|odt|ods|odp|epub)$/i.test(name);
  return members.includes("[Content_Types].xml") || members[0] === "mimetype";
}

function isConf(name: string, text: string): boolean {
  if (/\.(conf|cfg|ini|meta|properties)$/i.test(name)) return true;
  if (/\.(md|html?|csv|tsv|eml|json|xml|log|rst|tex)$/i.test(name)) return false;
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "" && !/^\s*[#;]/.test(line));
  const settings = lines.filter((line) => /^\s*(\[[^\]]+\]\s*$|[\w.:-]+\s*=)/.test(line)).length;
  return settings > 0 && settings >= lines.length * 0.7;
}

function decoded(head: Uint8Array): string {
  const utf16 =
    (head[0] === 0xff && head[1] === 0xfe && "utf-16le") || (head[0] === 0xfe && head[1] === 0xff && "utf-16be");
  return new TextDecoder(utf16 || "utf-8").decode(head);
}

/** As much of it as can be had: its end is cut off. */
async function unzipped(beginning: Blob): Promise<Uint8Array> {
  const reader = beginning.stream().pipeThrough(new DecompressionStream("gzip")).getReader();
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for (let next = await reader.read(); !next.done && size < LOOK_BYTES; next = await reader.read()) {
      pieces.push(next.value);
      size += next.value.length;
    }
    await reader.cancel();
  } catch {
    // a stream that is cut off ends in an error
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

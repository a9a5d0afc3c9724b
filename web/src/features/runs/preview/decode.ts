/** What bytes are, as far as they are here. */
export type Decoded = { kind: "text"; pieces: string[]; encoding: string } | { kind: "binary" };

const LOOKED_AT = 8_192;

/**
 * Text of UTF-8, of UTF-16 with its mark, else of Windows-1252, which fits everything. Characters that lie across chunks
 * come out whole. `isWhole`: nothing follows the last chunk.
 */
export function decode(chunks: readonly Uint8Array[], isWhole: boolean): Decoded {
  const [first] = chunks;
  if (first === undefined) return { kind: "text", pieces: [], encoding: "utf-8" };
  const marked = markOf(first);
  if (marked === undefined && looksBinary(first)) return { kind: "binary" };
  const encodings = marked === undefined ? ["utf-8", "windows-1252"] : [marked];
  for (const encoding of encodings) {
    const pieces = decodeAs(encoding, chunks, isWhole);
    if (pieces !== undefined) return { kind: "text", pieces, encoding };
  }
  return { kind: "binary" };
}

function decodeAs(encoding: string, chunks: readonly Uint8Array[], isWhole: boolean): string[] | undefined {
  const decoder = new TextDecoder(encoding, { fatal: true });
  try {
    const pieces = chunks.map((chunk) => decoder.decode(chunk, { stream: true }));
    if (isWhole) pieces.push(decoder.decode());
    return pieces;
  } catch {
    return undefined;
  }
}

function markOf(bytes: Uint8Array): string | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return "utf-16be";
  return undefined;
}

/** A zero byte, or many control characters that no text has. */
function looksBinary(bytes: Uint8Array): boolean {
  const looked = bytes.subarray(0, LOOKED_AT);
  let odd = 0;
  for (const byte of looked) {
    if (byte === 0) return true;
    if (byte < 32 && byte !== 9 && byte !== 10 && byte !== 12 && byte !== 13 && byte !== 27) odd += 1;
  }
  return odd > looked.length / 20;
}

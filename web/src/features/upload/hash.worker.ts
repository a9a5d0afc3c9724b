import { createSHA256 } from "hash-wasm";
import type { HashAnswer, HashRequest } from "@/features/upload/hashing";

const SLICE_BYTES = 4 * 1024 * 1024;
const wanted = new Set<number>();

/** One slice at a time is in memory, whatever the size of the file. Several files take turns. */
async function digest(id: number, file: Blob): Promise<HashAnswer | undefined> {
  const hash = await createSHA256();
  hash.init();
  for (let at = 0; at < file.size; at += SLICE_BYTES) {
    if (!wanted.has(id)) return undefined;
    const slice = file.slice(at, at + SLICE_BYTES);
    const bytes = await slice.arrayBuffer().catch((error: unknown) => (error instanceof Error ? error : undefined));
    if (!(bytes instanceof ArrayBuffer)) return { id, unread: bytes?.name ?? "NotReadableError" };
    if (bytes.byteLength !== slice.size) return { id, unread: "NotReadableError" };
    hash.update(new Uint8Array(bytes));
  }
  return { id, sha256: hash.digest("hex") };
}

self.addEventListener("message", ({ data }: MessageEvent<HashRequest>) => {
  if (data.file === undefined) {
    wanted.delete(data.id);
    return;
  }
  wanted.add(data.id);
  void digest(data.id, data.file)
    .catch((): HashAnswer => ({ id: data.id })) // there is no WebAssembly here
    .then((answer) => {
      wanted.delete(data.id);
      if (answer !== undefined) self.postMessage(answer);
    });
});

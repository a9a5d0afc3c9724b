// Writes FILE.br and FILE.gz beside each file of a folder that gets smaller by it. Once, at the greatest effort, so that
// the server packs nothing and needs no library for brotli.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const packable = new Set([".css", ".html", ".js", ".json", ".mjs", ".svg", ".txt", ".wasm"]);
const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.error("precompress: expected a folder");
  process.exit(2);
}

for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !packable.has(extname(entry.name)) || path.includes("/.vite/")) continue;
  const plain = readFileSync(path);
  const packed = {
    br: brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
    gz: gzipSync(plain, { level: 9 }),
  };
  for (const [suffix, bytes] of Object.entries(packed)) {
    if (bytes.length < plain.length) writeFileSync(`${path}.${suffix}`, bytes);
  }
}

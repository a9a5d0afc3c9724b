/** Where our copies of what pdf.js needs for some PDFs lie: character maps, the 14 standard fonts, decoders of pictures. */
function byName(urls: Record<string, string>): ReadonlyMap<string, string> {
  return new Map(Object.entries(urls).map(([path, url]) => [path.slice(path.lastIndexOf("/") + 1), url]));
}

const ASSETS: Record<string, ReadonlyMap<string, string>> = {
  cMapUrl: byName(
    import.meta.glob<string>("/node_modules/pdfjs-dist/cmaps/*.bcmap", {
      query: "?url",
      import: "default",
      eager: true,
    }),
  ),
  standardFontDataUrl: byName(
    import.meta.glob<string>("/node_modules/pdfjs-dist/standard_fonts/*.{pfb,ttf}", {
      query: "?url",
      import: "default",
      eager: true,
    }),
  ),
  wasmUrl: byName(
    import.meta.glob<string>("/node_modules/pdfjs-dist/wasm/{jbig2,openjpeg}.wasm", {
      query: "?url",
      import: "default",
      eager: true,
    }),
  ),
};

/** Fetches them for pdf.js by our file names, which carry a hash. */
export class Assets {
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    const url = ASSETS[kind]?.get(filename);
    if (url === undefined) throw new Error(`There is no ${filename} (${kind}).`);
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${filename}: the server answered ${response.status}.`);
    return new Uint8Array(await response.arrayBuffer());
  }
}

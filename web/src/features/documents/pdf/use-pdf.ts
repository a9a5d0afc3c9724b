import { GlobalWorkerOptions, getDocument, type PDFDocumentProxy } from "pdfjs-dist";
import workerUrl from "pdfjs-dist/build/pdf.worker.min.mjs?url";
import { useEffect, useState } from "react";
import { Assets } from "@/features/documents/pdf/assets";

GlobalWorkerOptions.workerSrc = workerUrl;

/** Smaller ones are fetched in one go: each range of a file within an archive costs reading the archive again. */
const WHOLE_BYTES = 8 * 1024 * 1024;

export interface Pdf {
  document: PDFDocumentProxy;
  /** Of the first page, in points. Others are taken to be like it until they are drawn. */
  width: number;
  height: number;
}

/** The PDF behind the URL; an error where it cannot be opened. Large ones are fetched where they are looked at. */
export function usePdf(url: string, size: number): { pdf: Pdf | undefined; error: unknown } {
  const [state, setState] = useState<{ pdf?: Pdf; error?: unknown }>({});
  useEffect(() => {
    let gone = false;
    setState({});
    const task = getDocument({
      url,
      disableRange: size <= WHOLE_BYTES,
      disableStream: size > WHOLE_BYTES,
      disableAutoFetch: size > WHOLE_BYTES,
      rangeChunkSize: 256 * 1024,
      BinaryDataFactory: Assets,
      useWorkerFetch: false, // by Assets instead
      useSystemFonts: false, // ours look the same everywhere, and letters fit their widths
      cMapUrl: "/", // Assets knows better; without one pdf.js does not ask
      standardFontDataUrl: "/",
      wasmUrl: "/",
      verbosity: 0,
    });
    const open = async () => {
      const document = await task.promise;
      const { width, height } = (await document.getPage(1)).getViewport({ scale: 1 });
      if (!gone) setState({ pdf: { document, width, height } });
    };
    open().catch((error: unknown) => {
      if (!gone) setState({ error });
    });
    return () => {
      gone = true;
      void task.destroy();
    };
  }, [url, size]);
  return { pdf: state.pdf, error: state.error };
}

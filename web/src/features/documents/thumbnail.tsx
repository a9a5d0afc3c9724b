import { FileText, FileWarning, Mail } from "lucide-react";
import { useState } from "react";
import type { DocumentItem } from "@/features/documents/queries";

const CSS_WIDTH = 88;

/** The first page, small. Fetched when it comes near the screen; a sign stands in its place until then. */
export function Thumbnail({ document }: { document: DocumentItem }) {
  const { id, sha256, status, media_type } = document;
  const [state, setState] = useState<"loading" | "shown" | "none">("loading");
  const Sign = status === "failed" ? FileWarning : media_type === "message/rfc822" ? Mail : FileText;
  const wanted = state !== "none" && (status === "ready" || status === "classifying");
  return (
    <div className="relative flex aspect-[5/7] w-14 shrink-0 self-start items-center justify-center overflow-hidden rounded border border-line bg-sunken sm:w-22">
      {state !== "shown" && <Sign aria-hidden className="size-7 text-line-strong" strokeWidth={1.25} />}
      {wanted && (
        <img
          key={sha256}
          src={`/v1/documents/${id}/preview?width=${CSS_WIDTH * 2}`}
          alt=""
          loading="lazy"
          decoding="async"
          className="absolute inset-0 size-full object-contain opacity-0 transition-opacity data-[shown=true]:opacity-100"
          data-shown={state === "shown"}
          onLoad={() => setState("shown")}
          onError={() => setState("none")}
        />
      )}
    </div>
  );
}

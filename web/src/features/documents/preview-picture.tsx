import { ImageOff } from "lucide-react";
import { useState } from "react";
import { Scroller } from "@/features/documents/scroller";
import { Empty, Skeleton } from "@/ui/state";

/** The first page as the server draws it. */
export function PreviewPicture({ id, title }: { id: string; title: string }) {
  const [state, setState] = useState<"loading" | "shown" | "none">("loading");
  if (state === "none") {
    return (
      <Empty title="There is no preview" icon={<ImageOff strokeWidth={1.5} />}>
        There is nothing to draw of this document. Its text may say more, or download it.
      </Empty>
    );
  }
  return (
    <Scroller label={`Preview of ${title}`} className="relative bg-sunken p-3">
      {state === "loading" && <Skeleton className="absolute inset-3" />}
      <img
        src={`/v1/documents/${id}/preview?width=1000`}
        alt={`First page of ${title}`}
        className="mx-auto w-full max-w-3xl bg-white shadow-sm ring-1 ring-line"
        onLoad={() => setState("shown")}
        onError={() => setState("none")}
      />
    </Scroller>
  );
}

import { Check, Copy, X } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "@/ui/button";

/** Into the clipboard. Pages that come over http from elsewhere have no `navigator.clipboard`: they do it the old way. */
async function copy(text: string): Promise<void> {
  const clipboard: Clipboard | undefined = navigator.clipboard;
  if (clipboard !== undefined) return clipboard.writeText(text);
  const fill = (event: ClipboardEvent) => {
    event.clipboardData?.setData("text/plain", text);
    event.preventDefault();
  };
  document.addEventListener("copy", fill);
  const done = document.execCommand("copy");
  document.removeEventListener("copy", fill);
  if (!done) throw new Error("the browser does not let this page copy");
}

/** Puts `text` into the clipboard and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [said, setSaid] = useState<string>();
  const copied = said === "Copied";
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(() => setSaid(undefined), 2_000);
    return () => clearTimeout(timer);
  }, [said]);
  return (
    <IconButton
      label={said ?? `Copy ${what}`}
      onClick={() =>
        void copy(text).then(
          () => setSaid("Copied"),
          () => setSaid(`Could not copy ${what}`),
        )
      }
    >
      {copied ? (
        <Check aria-hidden className="size-4 text-ok" />
      ) : said !== undefined ? (
        <X aria-hidden className="size-4 text-bad" />
      ) : (
        <Copy aria-hidden className="size-4" />
      )}
    </IconButton>
  );
}

/** A digest or an id, shortened on the screen, whole for the clipboard and on hover. */
export function Code({ text, what, length = 12 }: { text: string; what: string; length?: number }) {
  return (
    <span className="inline-flex items-center gap-1">
      <code title={text} className="font-mono text-xs">
        {text.length > length + 1 ? `${text.slice(0, length)}…` : text}
      </code>
      <CopyButton text={text} what={what} />
    </span>
  );
}

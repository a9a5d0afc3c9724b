import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { IconButton } from "@/ui/button";

/** Puts `text` into the clipboard and says so. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      label={copied ? "Copied" : `Copy ${what}`}
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {copied ? <Check aria-hidden className="size-4 text-ok" /> : <Copy aria-hidden className="size-4" />}
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

import { CopyButton } from "@/ui/copy";

/** Something to be typed into a shell. */
export function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex items-start gap-1 rounded-md border border-line bg-sunken p-1 text-left">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: long lines scroll, and the keyboard must reach that */}
      <section tabIndex={0} aria-label={what} className="min-w-0 flex-1 overflow-x-auto px-2 py-1.5">
        <pre className="font-mono text-ink text-xs leading-5">{text}</pre>
      </section>
      <CopyButton text={text} what={what} />
    </div>
  );
}

const SYNTAX: readonly [typed: string, finds: string][] = [
  ["rent deposit", "both words, anywhere in title or text"],
  ['"net 30 days"', "these words, one behind the other"],
  ["pay*", "words that begin with it"],
  ["-draft", "nothing with it; something to look for has to stand beside it"],
];

/** What can be typed, as docs/documents.md has it. */
export function SyntaxHint() {
  return (
    <dl className="mx-auto grid w-fit grid-cols-[auto_1fr] gap-x-4 gap-y-1.5 text-left text-sm">
      {SYNTAX.map(([typed, finds]) => (
        <div key={typed} className="contents">
          <dt>
            <code className="rounded bg-sunken px-1.5 py-0.5 font-mono text-ink text-xs">{typed}</code>
          </dt>
          <dd className="text-muted">{finds}</dd>
        </div>
      ))}
    </dl>
  );
}

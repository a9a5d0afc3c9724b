import { Check, Minus } from "lucide-react";
import type { System } from "@/features/system/queries";
import { Card } from "@/ui/card";
import { CopyButton } from "@/ui/copy";

/** What may be left out of an installation: missing ones first, with how to install them. */
export function OptionalCard({ parts }: { parts: System["optional_parts"] }) {
  const sorted = [...parts.filter((part) => !part.installed), ...parts.filter((part) => part.installed)];
  return (
    <Card title="Optional parts" flush>
      <ul>
        {sorted.map((part) => {
          const Icon = part.installed ? Check : Minus;
          return (
            <li key={part.name} className="flex items-start gap-3 border-line border-b px-4 py-2 last:border-0">
              <Icon aria-hidden className={`mt-0.5 size-4 shrink-0 ${part.installed ? "text-ok" : "text-muted"}`} />
              <div className="min-w-0">
                <p>
                  <span className="font-medium">{part.name}</span>{" "}
                  <span className={part.installed ? "sr-only" : "text-muted text-xs"}>
                    {part.installed ? "installed" : "not installed"}
                  </span>
                </p>
                <p className="text-muted text-xs">{part.purpose}</p>
                {part.hint !== null && <Hint name={part.name} text={part.hint} />}
              </div>
            </li>
          );
        })}
      </ul>
    </Card>
  );
}

function Hint({ name, text }: { name: string; text: string }) {
  if (!text.startsWith("pip ")) return <p className="mt-1 text-xs">To have it, {text}.</p>;
  return (
    <p className="mt-1 flex items-center gap-1">
      <code className="break-all font-mono text-xs">{text}</code>
      <CopyButton text={text} what={`the command that installs ${name}`} />
    </p>
  );
}

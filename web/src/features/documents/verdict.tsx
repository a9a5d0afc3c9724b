import { Bot, CircleHelp, UserCheck } from "lucide-react";
import type { Schemas } from "@/api/client";
import type { DocumentDetail } from "@/features/documents/queries";
import { WHO } from "@/features/documents/words";
import { percentText } from "@/ui/numbers";

const KINDS: Record<Schemas["ReasonKind"], string> = {
  rule: "Rule",
  example: "Example",
  term: "Word",
  rationale: "In its words",
  correction: "Correction",
  abstained: "No verdict",
};

/** What it is, how sure that is, and who said so. */
export function Verdict({ document }: { document: DocumentDetail }) {
  const { category, confidence, classified_by: by, status } = document;
  const byPerson = by === "person";
  const Sign = byPerson ? UserCheck : category === null ? CircleHelp : Bot;
  return (
    <div className="flex min-w-0 flex-wrap items-center gap-3 sm:flex-nowrap">
      <span
        aria-hidden
        className="flex size-10 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent-strong"
      >
        <Sign className="size-5" strokeWidth={1.75} />
      </span>
      <div className="min-w-0 flex-1 basis-40">
        <p className="font-semibold text-base break-words">
          {category ?? (byPerson ? "None of the categories" : "Uncategorised")}
        </p>
        <p className="text-muted text-xs">
          {by === null && (status === "ready" ? "No classifier was asked." : "The classifiers were not asked yet.")}
          {byPerson && "Corrected by a person, which wins over every classifier."}
          {by !== null && !byPerson && category !== null && `Said by ${WHO[by]}`}
          {by !== null && !byPerson && category === null && `Asked last: ${WHO[by]}; not sure enough`}
        </p>
      </div>
      {!byPerson && confidence !== null && <Confidence value={confidence} sure={category !== null} />}
    </div>
  );
}

function Confidence({ value, sure }: { value: number; sure: boolean }) {
  return (
    <div className="ml-auto w-28 shrink-0">
      <div className="flex justify-between gap-2 text-muted text-xs whitespace-nowrap">
        <span>{sure ? "Confidence" : "At best"}</span>
        <span className="font-medium text-ink tabular-nums">{percentText(value)}</span>
      </div>
      <div aria-hidden className="mt-1 h-1.5 overflow-hidden rounded-full bg-line">
        <div className={sure ? "h-full bg-accent" : "h-full bg-line-strong"} style={{ width: `${value * 100}%` }} />
      </div>
    </div>
  );
}

/** What spoke for the verdict, and which program in which version gave it. */
export function Reasons({ document }: { document: DocumentDetail }) {
  const { reasons, classifier } = document;
  if (reasons.length === 0 && classifier === null) return null;
  const counted = reasons.some(({ weight }) => weight !== null);
  return (
    <details className="mt-4 border-line border-t pt-3">
      <summary className="w-fit font-medium text-sm">Why?</summary>
      <table className="mt-2 w-full text-left text-xs" aria-label="Reasons for the category">
        <thead className="text-muted">
          <tr>
            <th scope="col" className="py-1 pr-4 font-medium">
              Kind
            </th>
            <th scope="col" className="py-1 pr-4 font-medium">
              Reason
            </th>
            {counted && (
              <th scope="col" className="py-1 text-right font-medium">
                Weight
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {reasons.map(({ kind, text, weight }) => (
            <tr key={`${kind} ${text}`} className="border-line border-t align-top">
              <td className="py-1.5 pr-4 text-muted whitespace-nowrap">{KINDS[kind]}</td>
              <td className="py-1.5 pr-4 break-words">{text}</td>
              {counted && <td className="py-1.5 text-right tabular-nums">{weight?.toFixed(2) ?? "–"}</td>}
            </tr>
          ))}
        </tbody>
      </table>
      {classifier !== null && (
        <p className="mt-2 text-muted text-xs">
          By {classifier.name}, version <span className="font-mono break-all">{classifier.version}</span>
        </p>
      )}
    </details>
  );
}

import { UserCheck } from "lucide-react";
import type { DocumentItem } from "@/features/documents/queries";
import { WHO } from "@/features/documents/words";
import { percentText } from "@/ui/numbers";

type Verdict = Pick<DocumentItem, "category" | "confidence" | "classified_by" | "status">;

/** What kind of document it is, how sure that is, and whether a person said so. */
export function CategoryBadge({ verdict }: { verdict: Verdict }) {
  const { category, confidence, classified_by: by, status } = verdict;
  if (by === null && status !== "ready") return null;
  const who = by === null ? "Nobody was asked" : `Said by ${WHO[by]}`;
  return (
    <span
      title={who}
      className="inline-flex items-center gap-1.5 rounded-full border border-line bg-accent-soft px-2 py-0.5 font-medium text-accent-strong text-xs"
    >
      {category ?? <span className="text-muted">uncategorised</span>}
      {by === "person" ? (
        <>
          <UserCheck aria-hidden className="size-3.5" />
          <span className="sr-only">by a person</span>
        </>
      ) : (
        category !== null &&
        confidence !== null && <span className="font-normal tabular-nums">{percentText(confidence)}</span>
      )}
    </span>
  );
}

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { GraduationCap } from "lucide-react";
import { answer, api } from "@/api/client";
import { asApiError } from "@/api/problem";
import { learnedQuery } from "@/features/documents/queries";
import { Button } from "@/ui/button";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";
import { say } from "@/ui/toast";

/** Teaches the local classifier what people corrected, and says what it knows so far. */
export function Learn() {
  const queries = useQueryClient();
  const latest = useQuery(learnedQuery).data?.toSorted((a, b) => b.version - a.version)[0];
  const learn = useMutation({
    mutationFn: () => answer(api.POST("/v1/documents:learn")),
    onSuccess: ({ version, correction_count }) => {
      say(`Version ${version} has learned from ${pluralText(correction_count, "correction")}`);
      return queries.invalidateQueries({ queryKey: learnedQuery.queryKey });
    },
  });
  return (
    <section aria-label="Learn from corrections" className="rounded-md border border-line bg-sunken p-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <div className="min-w-0 flex-1 basis-60">
          <h3 className="font-semibold">Learn from corrections</h3>
          <p className="mt-0.5 text-muted text-xs">
            {latest === undefined ? (
              "The local classifier has learned nothing yet. Correct some documents first."
            ) : (
              <>
                Version {latest.version} learned from {pluralText(latest.correction_count, "correction")},{" "}
                <Time at={latest.created_at} />. Later documents are classified by it; earlier ones when they are read
                again.
              </>
            )}
          </p>
        </div>
        <Button look="primary" disabled={learn.isPending} onClick={() => learn.mutate()}>
          <GraduationCap aria-hidden className="size-4" /> {learn.isPending ? "Learning…" : "Learn now"}
        </Button>
      </div>
      {learn.isError && (
        <p role="alert" className="mt-3 text-bad">
          {asApiError(learn.error).message} <span className="font-mono text-xs">({asApiError(learn.error).code})</span>
        </p>
      )}
    </section>
  );
}

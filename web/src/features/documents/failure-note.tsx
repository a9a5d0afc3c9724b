import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { RotateCw, TriangleAlert } from "lucide-react";
import { answer, api } from "@/api/client";
import type { DocumentDetail } from "@/features/documents/queries";
import { toDo } from "@/features/documents/words";
import { Button, buttonClasses } from "@/ui/button";
import { say, sayFailed } from "@/ui/toast";

/** Why a document could not be read, and what can be done about it. */
export function FailureNote({ document }: { document: DocumentDetail }) {
  const again = useReadAgain(document.run_id);
  if (document.error === null) return null;
  const { code, detail } = document.error;
  return (
    <section aria-label="Failure" className="rounded-lg border border-bad bg-bad-soft p-4">
      <div className="flex gap-3">
        <TriangleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
        <div className="min-w-0">
          <p className="font-semibold break-words first-letter:uppercase">{detail}</p>
          <p className="mt-1">{toDo(code)}</p>
          <p className="mt-1 font-mono text-xs">{code}</p>
          <div className="mt-3 flex flex-wrap gap-2">
            <Button small disabled={again.isPending} onClick={() => again.mutate()}>
              <RotateCw aria-hidden className="size-4" /> Read again
            </Button>
            <Link to="/runs/$runId" params={{ runId: document.run_id }} className={buttonClasses({ small: true })}>
              Look at the run
            </Link>
          </div>
        </div>
      </div>
    </section>
  );
}

/** Reads all documents of the run anew; what people said of them stays. */
export function useReadAgain(runId: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => answer(api.POST("/v1/runs/{run_id}/parse", { params: { path: { run_id: runId } } })),
    onSuccess: () => {
      say("It is being read again");
      return queries.invalidateQueries({ queryKey: ["documents"] });
    },
    onError: (error) => sayFailed("It could not be read again", error),
  });
}

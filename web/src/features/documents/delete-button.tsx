import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Trash2 } from "lucide-react";
import { useState } from "react";
import { answer, api } from "@/api/client";
import { type DocumentDetail, documentQuery, runTypeQuery } from "@/features/documents/queries";
import { Button } from "@/ui/button";
import { Confirm } from "@/ui/dialog";
import { say, sayFailed } from "@/ui/toast";

/** Deletes after having asked. What that takes along depends on how the document came in. */
export function DeleteButton({ document }: { document: DocumentDetail }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const runType = useQuery({ ...runTypeQuery(document.run_id), enabled: asking }).data;
  const isOwn = document.parent_id === null && runType === "document";
  const remove = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/v1/documents/{document_id}", { params: { path: { document_id: document.id } } })),
    onSuccess: async () => {
      say(`${document.title} was deleted`);
      await navigate({ to: "/documents" });
      queries.removeQueries({ queryKey: documentQuery(document.id).queryKey });
      return queries.invalidateQueries({ queryKey: ["documents"] });
    },
    onError: (error) => {
      setAsking(false);
      sayFailed("The document could not be deleted", error);
    },
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>
        <Trash2 aria-hidden className="size-4" /> Delete
      </Button>
      <Confirm
        open={asking}
        onClose={() => setAsking(false)}
        onConfirm={() => remove.mutate()}
        busy={remove.isPending || runType === undefined}
        title="Delete this document?"
        action={remove.isPending ? "Deleting…" : "Delete the document"}
      >
        {runType === undefined && "Looking at what goes with it…"}
        {runType !== undefined && isOwn && (
          <>
            “{document.title}” is deleted with its run, its file and all that was attached to it. This cannot be undone.
          </>
        )}
        {runType !== undefined && !isOwn && (
          <>
            “{document.title}” is taken off the list. What it came in with stays whole, and reading that again finds it
            again.
          </>
        )}
      </Confirm>
    </>
  );
}

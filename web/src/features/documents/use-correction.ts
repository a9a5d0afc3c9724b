import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api } from "@/api/client";
import { documentQuery } from "@/features/documents/queries";
import { sayFailed } from "@/ui/toast";

/** Says what a document is. Shown at once, and taken back when the server refuses. */
export function useCorrection(id: string) {
  const queries = useQueryClient();
  const { queryKey } = documentQuery(id);
  return useMutation({
    mutationFn: (category: string | null) =>
      answer(api.PATCH("/v1/documents/{document_id}", { params: { path: { document_id: id } }, body: { category } })),
    onMutate: async (category) => {
      await queries.cancelQueries({ queryKey });
      const before = queries.getQueryData(queryKey);
      if (before !== undefined) {
        queries.setQueryData(queryKey, {
          ...before,
          category,
          classified_by: "person",
          confidence: 1,
          classifier: null,
          reasons: [],
        });
      }
      return before;
    },
    onError: (error, _category, before) => {
      queries.setQueryData(queryKey, before);
      sayFailed("The category could not be changed", error);
    },
    onSuccess: (after) => queries.setQueryData(queryKey, after),
    onSettled: () => queries.invalidateQueries({ queryKey: ["documents", "list"] }),
  });
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";
import { isOutdated } from "@/features/pipelines/failing-fields";
import { say, sayFailed } from "@/ui/toast";

/** The entity tag of what is shown: its revision in quotes. */
export const tagOf = ({ revision }: { revision: number }) => `"${revision}"`;

/** What is shown of clients and pipelines is fetched again: health and figures hang on either. */
export function useRefresh(): () => Promise<unknown> {
  const queries = useQueryClient();
  return () =>
    Promise.all([
      queries.invalidateQueries({ queryKey: ["pipelines"], predicate: ({ queryKey }) => queryKey[1] !== "edit" }),
      queries.invalidateQueries({ queryKey: ["clients"], predicate: ({ queryKey }) => queryKey[2] !== "edit" }),
    ]);
}

function sayWhy(error: unknown, refresh: () => Promise<unknown>): void {
  sayFailed(
    isOutdated(error)
      ? "Somebody changed it meanwhile. Look at it as it is now, then try again"
      : "That was not possible",
    error,
  );
  if (isOutdated(error)) void refresh();
}

/** Enables or disables a client. */
export function useClientSwitch() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ client, is_active }: { client: Schemas["ClientBody"]; is_active: boolean }) =>
      answer(
        api.PATCH("/v1/clients/{client_id}", {
          params: { path: { client_id: client.id }, header: { "If-Match": tagOf(client) } },
          body: { is_active },
        }),
      ),
    onSuccess: async (client) => {
      await refresh();
      say(`${client.name} is ${client.is_active ? "enabled" : "disabled"}`);
    },
    onError: (error) => sayWhy(error, refresh),
  });
}

/** Enables or disables a pipeline. */
export function usePipelineSwitch() {
  const refresh = useRefresh();
  return useMutation({
    mutationFn: ({ pipeline, is_active }: { pipeline: Schemas["PipelineBody"]; is_active: boolean }) =>
      answer(
        api.PATCH("/v1/pipelines/{pipeline_id}", {
          params: { path: { pipeline_id: pipeline.id }, header: { "If-Match": tagOf(pipeline) } },
          body: { is_active },
        }),
      ),
    onSuccess: async (pipeline) => {
      await refresh();
      say(`${pipeline.name} is ${pipeline.is_active ? "enabled" : "disabled"}`);
    },
    onError: (error) => sayWhy(error, refresh),
  });
}

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { answer, api } from "@/api/client";
import { say, sayFailed } from "@/ui/toast";

/** What can be done with a run. */
export function useRunActions(runId: string) {
  const again = useFetchAgain();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const params = { path: { run_id: runId } };
  const parse = useMutation({
    mutationFn: () => answer(api.POST("/v1/runs/{run_id}/parse", { params })),
    onSuccess: async () => {
      say("The run is processed again");
      await again();
    },
    onError: (error) => sayFailed("The run could not be processed", error),
  });
  const remove = useMutation({
    mutationFn: () => answer(api.DELETE("/v1/runs/{run_id}", { params })),
    onSuccess: async () => {
      say("The run was deleted");
      await navigate({ to: "/runs" });
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey.includes(runId) });
      await again();
    },
    onError: (error) => sayFailed("The run could not be deleted", error),
  });
  return { parse, remove };
}

/** What can be done with a job. */
export function useJobActions(jobId: string) {
  const again = useFetchAgain();
  const params = { path: { job_id: jobId } };
  const cancel = useMutation({
    mutationFn: () => answer(api.POST("/v1/jobs/{job_id}/cancel", { params })),
    onSuccess: async (job) => {
      say(job.status === "cancelled" ? "The job was cancelled" : "The job stops at its next safe point");
      await again();
    },
    onError: (error) => sayFailed("The job could not be cancelled", error),
  });
  const retry = useMutation({
    mutationFn: () => answer(api.POST("/v1/jobs/{job_id}/retry", { params })),
    onSuccess: async () => {
      say("The job is in the queue again");
      await again();
    },
    onError: (error) => sayFailed("The job could not be tried again", error),
  });
  return { cancel, retry };
}

/** The server tells of changes itself; who asked for one should not have to wait for that. */
function useFetchAgain() {
  const queries = useQueryClient();
  return async () => {
    await Promise.all(["runs", "jobs"].map((key) => queries.invalidateQueries({ queryKey: [key] })));
  };
}

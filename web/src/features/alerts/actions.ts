import { useMutation, useQueryClient } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";
import { alertQuery } from "./queries";

/** What can be done with an open alert. What the API answers is shown at once, the lists are fetched again. */

function useTaken() {
  const queries = useQueryClient();
  return (alert: Schemas["AlertDetailBody"]) => {
    queries.setQueryData(alertQuery(alert.id).queryKey, alert);
    return queries.invalidateQueries({ queryKey: ["alerts"] });
  };
}

export function useAcknowledge(alertId: string) {
  return useMutation({
    mutationFn: (by: string) =>
      answer(
        api.POST("/v1/alerts/{alert_id}/acknowledge", {
          params: { path: { alert_id: alertId } },
          body: by === "" ? {} : { by },
        }),
      ),
    onSuccess: useTaken(),
  });
}

export function useMute(alertId: string) {
  return useMutation({
    mutationFn: (until: Date) =>
      answer(
        api.POST("/v1/alerts/{alert_id}/mute", {
          params: { path: { alert_id: alertId } },
          body: { until: until.toISOString() },
        }),
      ),
    onSuccess: useTaken(),
  });
}

export function useUnmute(alertId: string) {
  return useMutation({
    mutationFn: () => answer(api.POST("/v1/alerts/{alert_id}/unmute", { params: { path: { alert_id: alertId } } })),
    onSuccess: useTaken(),
  });
}

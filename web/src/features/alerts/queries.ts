import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { answer, answerWithTag, api } from "@/api/client";
import type { AlertsSearch } from "./search";

const SHOWN_MS = 15_000; // the stream of events tells of runs and jobs only

export type AlertFilters = Pick<AlertsSearch, "acknowledged" | "type" | "client" | "pipeline" | "rule">;

export function alertsQuery(filters: AlertFilters, isOpen: boolean, cursor: string | undefined) {
  const query = {
    is_open: isOpen,
    limit: 25,
    ...(filters.acknowledged !== undefined && { is_acknowledged: filters.acknowledged === "yes" }),
    ...(filters.type !== undefined && { rule_type: filters.type }),
    ...(filters.client !== undefined && { client_id: filters.client }),
    ...(filters.pipeline !== undefined && { pipeline_id: filters.pipeline }),
    ...(filters.rule !== undefined && { rule_id: filters.rule }),
    ...(cursor !== undefined && { cursor }),
  };
  return queryOptions({
    queryKey: ["alerts", "list", query],
    queryFn: ({ signal }) => answer(api.GET("/v1/alerts", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: SHOWN_MS,
  });
}

export function alertQuery(alertId: string) {
  return queryOptions({
    queryKey: ["alerts", "one", alertId],
    queryFn: ({ signal }) =>
      answer(api.GET("/v1/alerts/{alert_id}", { params: { path: { alert_id: alertId } }, signal })),
    refetchInterval: SHOWN_MS,
  });
}

export type RuleFilters = Pick<AlertsSearch, "enabled" | "type" | "client" | "pipeline">;

export function rulesQuery(filters: RuleFilters, cursor: string | undefined) {
  const query = {
    limit: 25,
    ...(filters.enabled !== undefined && { is_enabled: filters.enabled === "yes" }),
    ...(filters.type !== undefined && { rule_type: filters.type }),
    ...(filters.client !== undefined && { client_id: filters.client }),
    ...(filters.pipeline !== undefined && { pipeline_id: filters.pipeline }),
    ...(cursor !== undefined && { cursor }),
  };
  return queryOptions({
    queryKey: ["rules", "list", query],
    queryFn: ({ signal }) => answer(api.GET("/v1/alert-rules", { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: SHOWN_MS,
  });
}

/** With its entity tag. It is not fetched again by itself: whoever changes a rule says which one they have seen. */
export function ruleQuery(ruleId: string) {
  return queryOptions({
    queryKey: ["rules", "one", ruleId],
    queryFn: ({ signal }) =>
      answerWithTag(api.GET("/v1/alert-rules/{rule_id}", { params: { path: { rule_id: ruleId } }, signal })),
  });
}

const NAMES_MS = 5 * 60_000; // names change seldom

export function clientNameQuery(clientId: string) {
  return queryOptions({
    queryKey: ["clients", "named", clientId],
    queryFn: ({ signal }) =>
      answer(api.GET("/v1/clients/{client_id}", { params: { path: { client_id: clientId } }, signal })),
    staleTime: NAMES_MS,
  });
}

export function pipelineNameQuery(pipelineId: string) {
  return queryOptions({
    queryKey: ["pipelines", "named", pipelineId],
    queryFn: ({ signal }) =>
      answer(api.GET("/v1/pipelines/{pipeline_id}", { params: { path: { pipeline_id: pipelineId } }, signal })),
    staleTime: NAMES_MS,
  });
}

// What is found is to be chosen from: what was found for another text is no answer, not even for a moment.

export function foundClientsQuery(text: string) {
  const query = { limit: 20, ...(text !== "" && { text }) };
  return queryOptions({
    queryKey: ["clients", "found", text],
    queryFn: ({ signal }) => answer(api.GET("/v1/clients", { params: { query }, signal })),
  });
}

export function foundPipelinesQuery(text: string, clientId: string | undefined) {
  const query = { limit: 20, ...(text !== "" && { text }), ...(clientId !== undefined && { client_id: clientId }) };
  return queryOptions({
    queryKey: ["pipelines", "found", clientId ?? "", text],
    queryFn: ({ signal }) => answer(api.GET("/v1/pipelines", { params: { query }, signal })),
  });
}

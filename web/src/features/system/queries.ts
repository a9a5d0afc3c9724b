import { queryOptions } from "@tanstack/react-query";
import { answer, api, type Schemas } from "@/api/client";

const EVERY_MS = 10_000;

export type Health = Schemas["HealthBody"];
export type System = Schemas["SystemBody"];
export type Activity = Schemas["SystemActivityBody"];
export type Setting = Schemas["SystemSettingBody"];

/** Whether each part works. */
export const healthQuery = queryOptions({
  queryKey: ["system", "health"],
  queryFn: ({ signal }) => answer(api.GET("/health", { signal })),
  refetchInterval: EVERY_MS,
});

/** What this Forebay is, and what goes on in it. */
export const systemQuery = queryOptions({
  queryKey: ["system", "about"],
  queryFn: ({ signal }) => answer(api.GET("/v1/system", { signal })),
  refetchInterval: EVERY_MS,
});

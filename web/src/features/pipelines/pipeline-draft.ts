import type { Schemas } from "@/api/client";
import { type Entered, entered, secondsOf } from "@/features/pipelines/durations";

/** A pipeline as it is being filled in. */
export interface Draft {
  readonly name: string;
  readonly platform: Schemas["Platform"];
  readonly pipeline_type: Schemas["PipelineType"];
  readonly environment: Schemas["Environment"];
  readonly external_id: string;
  readonly expect_every_seconds: Entered;
  readonly start_grace_seconds: Entered;
  readonly finish_grace_seconds: Entered;
}

export const NEW_DRAFT: Draft = {
  name: "",
  platform: "airflow",
  pipeline_type: "ingestion",
  environment: "prod",
  external_id: "",
  expect_every_seconds: entered(86_400),
  start_grace_seconds: entered(3_600),
  finish_grace_seconds: entered(null),
};

export function draftOf(pipeline: Schemas["PipelineBody"]): Draft {
  return {
    name: pipeline.name,
    platform: pipeline.platform,
    pipeline_type: pipeline.pipeline_type,
    environment: pipeline.environment,
    external_id: pipeline.external_id ?? "",
    expect_every_seconds: entered(pipeline.expect_every_seconds),
    start_grace_seconds: entered(pipeline.start_grace_seconds === 0 ? null : pipeline.start_grace_seconds),
    finish_grace_seconds: entered(pipeline.finish_grace_seconds),
  };
}

export const TIMES = ["expect_every_seconds", "start_grace_seconds", "finish_grace_seconds"] as const;

/** Of the times those that are no lengths of time. */
export function wrongTimes(draft: Draft): readonly (typeof TIMES)[number][] {
  return TIMES.filter((field) => {
    const seconds = secondsOf(draft[field]);
    // no time at all is none for what must take some
    return seconds === undefined || (seconds === 0 && field !== "start_grace_seconds");
  });
}

/** Whether it is enabled is no part of the form: a change leaves that as it is. */
export function bodyOf(draft: Draft): Omit<Schemas["NewPipelineOfClientBody"], "is_active"> {
  const { name, external_id, platform, pipeline_type, environment } = draft;
  return {
    name: name.trim(),
    external_id: external_id.trim() === "" ? null : external_id.trim(),
    platform,
    pipeline_type,
    environment,
    expect_every_seconds: secondsOf(draft.expect_every_seconds) ?? null,
    start_grace_seconds: secondsOf(draft.start_grace_seconds) ?? 0,
    finish_grace_seconds: secondsOf(draft.finish_grace_seconds) ?? null,
  };
}

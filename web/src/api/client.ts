import createClient from "openapi-fetch";
import { asApiError, problemOf } from "@/api/problem";
import type { components, paths } from "@/api/schema";

export type Schemas = components["schemas"];

/** The API, typed by its OpenAPI document. Wrap calls in `answer()`. */
export const api = createClient<paths>({ baseUrl: globalThis.location.origin, fetch: (request) => fetch(request) });

interface Answered<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** The body of the answer. Throws ApiError for anything but success. */
export async function answer<T>(call: Promise<Answered<T>>): Promise<T> {
  const { data, error, response } = await call.catch((thrown: unknown) => {
    if (thrown instanceof DOMException && thrown.name === "AbortError") throw thrown;
    throw asApiError(thrown);
  });
  if (!response.ok) throw problemOf(response.status, error, response.headers.get("X-Request-Id"));
  return data as T; // undefined only where the answer has no body, and then T says so
}

/** The same with the entity tag, which a change has to name in `If-Match`. */
export async function answerWithTag<T>(call: Promise<Answered<T>>): Promise<{ body: T; etag: string }> {
  let etag = "";
  const body = await answer(
    call.then((answered) => {
      // proxies that pack answers call the tag weak, and a weak one matches nothing
      etag = (answered.response.headers.get("ETag") ?? "").replace(/^W\//, "");
      return answered;
    }),
  );
  return { body, etag };
}

/** What the API says when it refuses: a problem detail (RFC 9457) with Forebay's stable `code`. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly requestId: string | undefined;
  /** What is wrong with which field. */
  readonly fields: readonly { field: string; message: string }[];

  constructor(
    message: string,
    about: {
      status: number;
      code: string;
      requestId?: string | undefined;
      fields?: readonly { field: string; message: string }[];
    },
  ) {
    super(message);
    this.name = "ApiError";
    this.status = about.status;
    this.code = about.code;
    this.requestId = about.requestId;
    this.fields = about.fields ?? [];
  }

  /** The server could not be reached at all. */
  get isOffline(): boolean {
    return this.status === 0;
  }
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** From the body of an answer, whatever it is: proxies in between answer in HTML. */
export function problemOf(status: number, body: unknown, requestId?: string | null): ApiError {
  const detail: Record<string, unknown> = typeof body === "object" && body !== null ? { ...body } : {};
  const errors = Array.isArray(detail["errors"]) ? detail["errors"] : [];
  return new ApiError(text(detail["detail"]) ?? text(detail["title"]) ?? `The server answered ${status}.`, {
    status,
    code: text(detail["code"]) ?? `http_${status}`,
    requestId: text(detail["request_id"]) ?? requestId ?? undefined,
    fields: errors.flatMap((error: unknown) => {
      const one: Record<string, unknown> = typeof error === "object" && error !== null ? { ...error } : {};
      const message = text(one["message"]) ?? text(one["detail"]);
      return message === undefined ? [] : [{ field: text(one["field"]) ?? "", message }];
    }),
  });
}

/** What browsers say when an answer did not come. Other TypeErrors are mistakes of the page. */
const UNREACHABLE =
  /^(failed to fetch|fetch failed|networkerror|load failed|network error|error in input stream|the network connection|the internet connection)/i;

/** From whatever was thrown. */
export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (error instanceof TypeError && UNREACHABLE.test(error.message)) {
    return new ApiError("The server cannot be reached. Is it running, and is there a network?", {
      status: 0,
      code: "offline",
    });
  }
  return new ApiError(error instanceof Error ? error.message : String(error), { status: 0, code: "unexpected" });
}

import { asApiError } from "@/api/problem";

/** What the API says against one field of a form. */
export function fieldError(error: unknown, field: string): string | undefined {
  if (error == null) return undefined;
  const problem = asApiError(error);
  const named = problem.fields.find((one) => one.field === field);
  if (named !== undefined) return named.message;
  return duplicateField(problem.code, problem.message) === field ? sentence(problem.message) : undefined;
}

/** Whether none of the form's fields says what is wrong, so that it has to be said beside them. */
export function isAboutNone(error: unknown, fields: readonly string[]): boolean {
  return error != null && fields.every((field) => fieldError(error, field) === undefined);
}

export function isOutdated(error: unknown): boolean {
  return error != null && asApiError(error).code === "revision_mismatch";
}

/** The API does not say which field is taken already, but its text does. */
function duplicateField(code: string, message: string): string | undefined {
  if (code === "client_exists") return "name";
  if (code === "pipeline_exists") return message.includes("external_id") ? "external_id" : "name";
  return undefined;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

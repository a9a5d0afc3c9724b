import { answer, api } from "@/api/client";

let asked: Promise<number | undefined> | undefined;

/** The largest file that the server takes, in bytes; undefined where it does not say. */
export function maxBytes(): Promise<number | undefined> {
  asked ??= answer(api.GET("/v1/system"))
    .then(({ settings }) => {
      const value = settings.find(({ name }) => name === "FOREBAY_MAX_UPLOAD_BYTES")?.value;
      return typeof value === "number" ? value : undefined;
    })
    .catch(() => {
      asked = undefined; // it is asked again with the next file; the server checks it anyway
      return undefined;
    });
  return asked;
}

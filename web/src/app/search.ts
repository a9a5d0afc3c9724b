/** Reads what stands behind the `?` of a URL. What is not understood counts as absent: links may be old or mistyped. */
export type Raw = Record<string, unknown>;

export function textIn(raw: Raw, name: string): string | undefined {
  const value = raw[name];
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function oneIn<const T extends string>(raw: Raw, name: string, allowed: readonly T[]): T | undefined {
  return allowed.find((one) => one === raw[name]);
}

/** Without the entries that are undefined, so that they do not show in the URL. */
export function known<T extends object>(found: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) as never;
}

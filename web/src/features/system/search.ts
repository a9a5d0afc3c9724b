import { known, type Raw, textIn } from "@/app/search";

/** `find`: what is looked for in the settings. `changed`: only those that are not at their default. */
export function readSystemSearch(raw: Raw) {
  const changed = raw["changed"] === true || raw["changed"] === "true" ? true : undefined;
  return known({ find: textIn(raw, "find"), changed });
}

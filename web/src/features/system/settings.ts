import type { Setting } from "@/features/system/queries";

export const ORIGINS: Readonly<Record<Setting["origin"], string>> = {
  default: "default",
  file: ".env",
  environment: "environment",
  argument: "argument",
};

export function valueText(value: Setting["value"]): string {
  return value === "" ? "–" : String(value);
}

/** Those that have every word of `find` in their name, value or description. */
export function found(settings: readonly Setting[], find: string | undefined, changed: boolean): readonly Setting[] {
  const words = (find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return settings.filter((setting) => {
    if (changed && setting.origin === "default") return false;
    const text = `${setting.name} ${setting.value} ${setting.description}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

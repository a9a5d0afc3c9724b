import type { Setting } from "@/features/system/queries";
import { bytesText, durationText } from "@/ui/numbers";

export const ORIGINS: Readonly<Record<Setting["origin"], string>> = {
  default: "default",
  file: ".env",
  environment: "environment",
  argument: "argument",
};

/** The same as people read it, where that says more: "17179869184" is "16 GiB". */
export function readableText({ name, value }: Setting): string | undefined {
  if (typeof value !== "number") return undefined;
  if (name.endsWith("_BYTES") && value >= 1024) return bytesText(value);
  if (name.endsWith("_SECONDS") && value >= 60) return durationText(value);
  return undefined;
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

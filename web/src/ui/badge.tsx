import type { ReactNode } from "react";
import { classNames } from "@/ui/class-names";

/** What something means, whatever it is: pages map their statuses to tones. */
export type Tone = "ok" | "warn" | "bad" | "info" | "idle";

const TONES: Record<Tone, string> = {
  ok: "bg-ok-soft text-ok",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  info: "bg-info-soft text-info",
  idle: "bg-idle-soft text-idle",
};

const DOTS: Record<Tone, string> = {
  ok: "bg-ok",
  warn: "bg-warn",
  bad: "bg-bad",
  info: "bg-info",
  idle: "bg-idle",
};

/** A word on a ground of its colour. `pulse`: something is going on. */
export function Badge({ tone, children, pulse = false }: { tone: Tone; children: ReactNode; pulse?: boolean }) {
  return (
    <span
      className={classNames(
        "inline-flex items-center gap-1.5 rounded-full px-2 py-0.5 font-medium text-xs whitespace-nowrap",
        TONES[tone],
      )}
    >
      <span aria-hidden className={classNames("size-1.5 rounded-full", DOTS[tone], pulse && "animate-pulse")} />
      {children}
    </span>
  );
}

/** Beside a text that says the same, `label` is empty. */
export function Dot({ tone, label }: { tone: Tone; label: string }) {
  const look = classNames("inline-block size-2.5 shrink-0 rounded-full", DOTS[tone]);
  if (label === "") return <span aria-hidden className={look} />;
  return <span role="img" aria-label={label} title={label} className={look} />;
}

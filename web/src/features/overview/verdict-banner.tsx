import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { AlertTriangle, CircleCheck, CircleX, LoaderCircle } from "lucide-react";
import type { ReactNode } from "react";
import { asApiError } from "@/api/problem";
import { failedRunsQuery, openAlertsQuery, pipelinesQuery } from "@/features/overview/queries";
import { type Matter, mattersOf } from "@/features/overview/verdict";
import { healthQuery } from "@/features/system/queries";
import { Button } from "@/ui/button";

const LOOKS = {
  ok: "border-ok/40 bg-ok-soft text-ok",
  warn: "border-warn/40 bg-warn-soft text-warn",
  bad: "border-bad/40 bg-bad-soft text-bad",
  idle: "border-line bg-surface text-muted",
} as const;
const ICONS = { ok: CircleCheck, warn: AlertTriangle, bad: CircleX, idle: LoaderCircle } as const;

/** Is everything fine? In one line, or what is not, each with the page where it is. */
export function VerdictBanner() {
  const health = useQuery(healthQuery);
  const alerts = useQuery(openAlertsQuery);
  const pipelines = useQuery(pipelinesQuery);
  const failed = useQuery(failedRunsQuery);
  const all = [health, alerts, pipelines, failed];

  if (health.isError) {
    return (
      <Banner tone="bad" title="The server does not say how it is">
        <p className="text-ink">
          {asApiError(health.error).message} What is shown below may be old.{" "}
          <Button small className="ml-1" onClick={() => void health.refetch()}>
            Try again
          </Button>
        </p>
      </Banner>
    );
  }
  const matters = mattersOf({
    health: health.data,
    alerts: alerts.data,
    pipelines: pipelines.data,
    failed: failed.data,
  });
  if (matters.length > 0) {
    const tone = matters.some((matter) => matter.tone === "bad") ? "bad" : "warn";
    return (
      <Banner tone={tone} title={tone === "bad" ? "Not everything is fine" : "Something is worth a look"}>
        <ul className="flex flex-wrap gap-x-5 gap-y-1">
          {matters.map((matter) => (
            <li key={matter.to}>
              <MatterLink matter={matter} />
            </li>
          ))}
        </ul>
      </Banner>
    );
  }
  if (all.some((query) => query.isError)) return <Banner tone="warn" title="Not all of this could be loaded" />;
  if (all.some((query) => query.data === undefined))
    return <Banner tone="idle" title="Looking whether everything is fine" />;
  return (
    <Banner tone="ok" title="Everything is fine">
      <p className="text-ink">
        All{" "}
        <Link to="/system" className="underline">
          parts of Forebay
        </Link>{" "}
        work, and nothing waits for you.
      </p>
    </Banner>
  );
}

function Banner({ tone, title, children }: { tone: keyof typeof LOOKS; title: string; children?: ReactNode }) {
  const Icon = ICONS[tone];
  return (
    <div role="status" className={`mb-4 flex items-start gap-3 rounded-lg border px-4 py-3 ${LOOKS[tone]}`}>
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${tone === "idle" ? "animate-spin" : ""}`} />
      <div className="min-w-0 space-y-1">
        <p className="font-semibold text-base">{title}</p>
        {children}
      </div>
    </div>
  );
}

const WORDS = "font-medium text-ink underline decoration-line-strong underline-offset-2 hover:decoration-current";

function MatterLink({ matter: { to, text } }: { matter: Matter }) {
  switch (to) {
    case "/pipelines":
      return (
        <Link to={to} search={{ view: "list", health: "attention" }} className={WORDS}>
          {text}
        </Link>
      );
    case "/runs":
      return (
        <Link to={to} search={{ status: "failed" }} className={WORDS}>
          {text}
        </Link>
      );
    default:
      return (
        <Link to={to} className={WORDS}>
          {text}
        </Link>
      );
  }
}

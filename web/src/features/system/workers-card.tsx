import { Link } from "@tanstack/react-router";
import type { System } from "@/features/system/queries";
import { Badge } from "@/ui/badge";
import { Card } from "@/ui/card";
import { pluralText } from "@/ui/numbers";
import { Time } from "@/ui/time";

type Worker = NonNullable<System["activity"]>["workers"][number];

/** The worker inside the server, and those that hold jobs. One without a job in its hands cannot be seen. */
export function WorkersCard({ system }: { system: System }) {
  const seen = system.activity?.workers ?? [];
  const own = system.worker;
  const idle = own !== null && !seen.some((worker) => worker.name === own.name);
  return (
    <Card title="Workers" flush>
      <ul>
        {own !== null && idle && (
          <li className="border-line border-b px-4 py-3 last:border-0">
            <Head name={own.name} note={`in this server, ${pluralText(own.concurrency, "job")} at a time`}>
              <Badge tone="idle">Idle</Badge>
            </Head>
          </li>
        )}
        {seen.map((worker) => (
          <li key={worker.name} className="border-line border-b px-4 py-3 last:border-0">
            <Head
              name={worker.name}
              note={
                worker.name === own?.name
                  ? `in this server, ${pluralText(own.concurrency, "job")} at a time`
                  : undefined
              }
            >
              {worker.is_silent ? <Badge tone="warn">Silent</Badge> : <Badge tone="info">At work</Badge>}
            </Head>
            <Jobs worker={worker} />
          </li>
        ))}
      </ul>
      {own === null && seen.length === 0 && (
        <p className="px-4 py-3 text-muted">
          {system.activity === null
            ? "Nobody knows while the database does not answer."
            : "None inside this server, and none holds a job at present."}
        </p>
      )}
      <p className="border-line border-t px-4 py-2 text-muted text-xs">
        Other workers are seen while they hold jobs only.
      </p>
    </Card>
  );
}

function Head({ name, note, children }: { name: string; note?: string | undefined; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-2">
      <p className="min-w-0 break-all">
        <span className="font-mono text-xs">{name}</span>
        {note !== undefined && <span className="ml-2 text-muted text-xs">{note}</span>}
      </p>
      {children}
    </div>
  );
}

function Jobs({ worker }: { worker: Worker }) {
  return (
    <ul className="mt-1.5 space-y-1">
      {worker.jobs.map((job) => (
        <li key={job.id} className="flex flex-wrap gap-x-2 text-muted">
          {job.run_id === null ? (
            <span>
              {job.kind} of {job.subject}
            </span>
          ) : (
            <Link
              to="/runs/$runId"
              params={{ runId: job.run_id }}
              search={{ tab: "jobs" }}
              className="text-accent underline"
            >
              {job.kind}
            </Link>
          )}
          <span>
            since <Time at={job.started_at} />
            {job.attempt > 1 && `, attempt ${job.attempt}`}
          </span>
        </li>
      ))}
    </ul>
  );
}

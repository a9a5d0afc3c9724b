import { Link } from "@tanstack/react-router";
import { HeartPulse, type LucideIcon, SquareTerminal, Upload } from "lucide-react";
import type { ReactNode } from "react";
import { buttonClasses } from "@/ui/button";
import { CopyButton } from "@/ui/copy";

/** For an installation that nothing has come into yet: the ways to begin. */
export function FirstSteps() {
  const server = globalThis.location.origin;
  return (
    <section aria-labelledby="first-steps" className="rounded-lg border border-line bg-surface px-5 py-6 sm:px-8">
      <h2 id="first-steps" className="font-semibold text-ink text-lg tracking-tight">
        Forebay is up. Bring it something
      </h2>
      <p className="mt-1 max-w-prose text-muted">
        It takes files in, proves that they are intact, reads what is inside, and watches over pipelines. This page
        shows it all once there is something to show.
      </p>
      <ol className="mt-6 grid gap-6 lg:grid-cols-3">
        <Step icon={Upload} title="Upload a file here">
          <p className="text-muted">
            An archive, a configuration file or a document. Drop one or many, or a whole folder.
          </p>
          <Link to="/upload" className={buttonClasses({ look: "primary" })}>
            <Upload aria-hidden className="size-4" /> Upload
          </Link>
        </Step>
        <Step icon={SquareTerminal} title="Or from a terminal">
          <p className="text-muted">By curl, or by the command that comes with Forebay:</p>
          <Command what="the curl command" text={`curl -F file=@x.tar.gz -F type=archive ${server}/v1/uploads`} />
          <Command what="the forebay command" text={`forebay --server ${server} upload x.tar.gz --type archive`} />
          <p className="text-muted text-xs">
            <a href="/docs" className="text-accent underline">
              The API
            </a>{" "}
            can do all that these pages can.
          </p>
        </Step>
        <Step icon={HeartPulse} title="Watch a pipeline">
          <p className="text-muted">
            Say what pipelines there are and how often they should run. Their runs are reported over the API, by
            OpenLineage, or pulled from partners' APIs.
          </p>
          <Link to="/pipelines" className={buttonClasses()}>
            <HeartPulse aria-hidden className="size-4" /> Pipelines
          </Link>
        </Step>
      </ol>
    </section>
  );
}

function Step({ icon: Icon, title, children }: { icon: LucideIcon; title: string; children: ReactNode }) {
  return (
    <li className="flex min-w-0 flex-col items-start gap-3">
      <h3 className="flex items-center gap-2 font-semibold text-base">
        <Icon aria-hidden className="size-5 text-accent" strokeWidth={1.75} />
        {title}
      </h3>
      {children}
    </li>
  );
}

function Command({ text, what }: { text: string; what: string }) {
  return (
    <div className="flex w-full min-w-0 items-center gap-1 rounded-md border border-line bg-sunken py-1 pr-1 pl-3">
      <code className="min-w-0 flex-1 py-1 font-mono text-xs [overflow-wrap:anywhere]">{text}</code>
      <CopyButton text={text} what={what} />
    </div>
  );
}

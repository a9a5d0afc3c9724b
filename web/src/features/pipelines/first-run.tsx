import { HeartPulse } from "lucide-react";
import { useState } from "react";
import { Command } from "@/features/pipelines/command";
import { firstRunCommands, firstRunLine, lineageSettings } from "@/features/pipelines/report-line";
import { Card } from "@/ui/card";
import { Tabs } from "@/ui/tabs";

/** Where nobody has reported a run yet: how to. */
export function FirstRun() {
  const [way, setWay] = useState("curl");
  const origin = globalThis.location.origin;
  return (
    <Card>
      <div className="mx-auto max-w-2xl py-6">
        <div className="mb-6 text-center">
          <HeartPulse aria-hidden className="mx-auto mb-3 size-8 text-muted" strokeWidth={1.5} />
          <h2 className="font-medium text-base">No pipeline has reported a run yet</h2>
          <p className="mt-1 text-muted">Report the first one, and its client and its pipeline appear here.</p>
        </div>
        <Tabs
          label="Ways to report a run"
          value={way}
          onChange={setWay}
          tabs={[
            {
              value: "curl",
              label: "curl",
              content: (
                <>
                  <p className="mb-2 text-muted">One request makes the client, the pipeline and its first run:</p>
                  <Command text={firstRunLine(origin)} what="the curl line" />
                </>
              ),
            },
            {
              value: "cli",
              label: "Command line",
              content: (
                <>
                  <p className="mb-2 text-muted">Where Forebay is installed:</p>
                  <Command text={firstRunCommands()} what="the commands" />
                </>
              ),
            },
            {
              value: "openlineage",
              label: "OpenLineage",
              content: (
                <>
                  <p className="mb-2 text-muted">
                    Airflow, dbt, Spark and Flink report by themselves once they are pointed here. Each job becomes a
                    pipeline:
                  </p>
                  <Command text={lineageSettings(origin)} what="the settings" />
                </>
              ),
            },
          ]}
        />
      </div>
    </Card>
  );
}

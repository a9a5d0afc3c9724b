import { Facts } from "@/features/system/facts";
import type { System } from "@/features/system/queries";
import { Card } from "@/ui/card";
import { Time } from "@/ui/time";

/** Versions and kinds of parts. */
export function AboutCard({ system }: { system: System }) {
  const revision = system.activity?.schema_revision;
  return (
    <Card title="This Forebay">
      <Facts
        facts={{
          Version: system.version,
          Started: <Time at={system.started_at} />,
          Database: revision == null ? system.database : `${system.database}, schema ${revision}`,
          Blobs: system.blobs,
          Queue: system.queue,
          Python: system.python_version,
          // the letters of Inter would make a cross of the x in x86
          Platform: <span className="font-mono text-xs">{system.platform}</span>,
        }}
      />
    </Card>
  );
}

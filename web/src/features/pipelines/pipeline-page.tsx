import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function PipelinePage() {
  useTitle("Pipeline");
  return <PageHead title="Pipeline" />;
}

import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function PipelinesPage() {
  useTitle("Pipelines");
  return <PageHead title="Pipelines" />;
}

import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function RunsPage() {
  useTitle("Runs");
  return <PageHead title="Runs" />;
}

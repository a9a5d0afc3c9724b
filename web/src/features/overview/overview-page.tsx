import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function OverviewPage() {
  useTitle("Overview");
  return <PageHead title="Overview" />;
}

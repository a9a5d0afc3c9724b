import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function RunPage() {
  useTitle("Run");
  return <PageHead title="Run" />;
}

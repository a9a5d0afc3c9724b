import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function AlertsPage() {
  useTitle("Alerts");
  return <PageHead title="Alerts" />;
}

import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function SystemPage() {
  useTitle("System");
  return <PageHead title="System" />;
}

import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function DocumentsPage() {
  useTitle("Documents");
  return <PageHead title="Documents" />;
}

import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function DocumentPage() {
  useTitle("Document");
  return <PageHead title="Document" />;
}

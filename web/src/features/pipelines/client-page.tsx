import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function ClientPage() {
  useTitle("Client");
  return <PageHead title="Client" />;
}

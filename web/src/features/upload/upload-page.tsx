import { useTitle } from "@/app/title";
import { PageHead } from "@/ui/card";

export function UploadPage() {
  useTitle("Upload");
  return <PageHead title="Upload" />;
}

import { useCallback } from "react";
import { useTitle } from "@/app/title";
import { useNews } from "@/features/upload/announce";
import { DropZone } from "@/features/upload/drop-zone";
import { type Finding, MOST_FILES } from "@/features/upload/entries";
import { ForAllFiles } from "@/features/upload/for-all";
import { UploadList } from "@/features/upload/upload-list";
import { uploads, useUploads } from "@/features/upload/uploads";
import { PageHead } from "@/ui/card";
import { countText, pluralText } from "@/ui/numbers";
import { sayFailed } from "@/ui/toast";

export function UploadPage() {
  useTitle("Upload");
  const queue = useUploads();
  const news = useNews(queue.items);
  const drafts = queue.items.filter((item) => item.phase === "draft");
  const take = useCallback((finding: Finding) => {
    uploads.add(finding.files);
    const [unread] = finding.unread;
    if (unread !== undefined) {
      const what = `${pluralText(finding.unread.length, "file")} could not be read`;
      sayFailed(what, new Error(`${unread.path}: ${unread.reason}`));
    }
    if (finding.cut) {
      const advice = "Pack so many into an archive, or take them in parts.";
      sayFailed(`Only the first ${countText(MOST_FILES)} files were taken`, new Error(advice));
    }
  }, []);
  return (
    <>
      <PageHead
        title="Upload"
        about="Each file is stored whole, checked by its SHA-256, and recorded as a run. Uploads go on while you look at other pages."
      />
      <p role="status" className="sr-only">
        {news}
      </p>
      <div className="space-y-5">
        <DropZone onFiles={take} isSmall={queue.items.length > 0} />
        {drafts.length > 0 && (
          <ForAllFiles forAll={queue.forAll} hasFolders={drafts.some((item) => item.path.includes("/"))} />
        )}
        {queue.items.length > 0 && <UploadList queue={queue} />}
      </div>
    </>
  );
}

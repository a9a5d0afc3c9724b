import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { Schemas } from "@/api/client";
import { type Listing, membersPage } from "@/features/runs/queries";

type File = Schemas["FileBody"];

const PAGES_AT_ONCE = 25;

interface Walked {
  files: readonly File[];
  cursor: string | null;
  isDone: boolean;
  pages: number;
  error: unknown;
}

const NOTHING: Walked = { files: [], cursor: null, isDone: false, pages: 0, error: null };

/** Those whose path contains the text, ignoring case. */
export function matching(files: readonly File[], text: string): File[] {
  const wanted = text.toLowerCase();
  return files.filter((file) => file.kind !== "directory" && file.path.toLowerCase().includes(wanted));
}

/**
 * The API finds paths by how they begin, not by what is in them: so this goes through all of them, a page after the
 * other, and stops at every 25,000 to be told to go on. Give the component that uses it the listing as its key.
 */
export function useMemberSearch({ runId, version }: Listing, text: string) {
  const queries = useQueryClient();
  const [walked, setWalked] = useState(NOTHING);
  const [budget, setBudget] = useState(PAGES_AT_ONCE);
  const isWalking = !walked.isDone && walked.error === null && walked.pages < budget;
  useEffect(() => {
    if (!isWalking) return;
    let isGone = false;
    queries
      .fetchQuery({
        queryKey: ["runs", "members", runId, version, walked.cursor],
        queryFn: ({ signal }) => membersPage(runId, walked.cursor, signal),
        staleTime: "static",
      })
      .then((page) => {
        if (isGone) return;
        setWalked((now) => ({
          files: [...now.files, ...page.items],
          cursor: page.next_cursor,
          isDone: page.next_cursor === null,
          pages: now.pages + 1,
          error: null,
        }));
      })
      .catch((error: unknown) => !isGone && setWalked((now) => ({ ...now, error })));
    return () => {
      isGone = true;
    };
  }, [isWalking, queries, runId, version, walked.cursor]);
  return {
    found: useMemo(() => matching(walked.files, text), [walked.files, text]),
    searched: walked.files.length,
    isWalking,
    isDone: walked.isDone,
    error: walked.error,
    goOn: () => {
      setWalked((now) => ({ ...now, error: null }));
      setBudget(walked.pages + PAGES_AT_ONCE);
    },
  };
}

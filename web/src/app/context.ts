import { createContext, useContext } from "react";
import type { Live } from "@/api/live";

const LiveContext = createContext<Live | undefined>(undefined);

export const LiveProvider = LiveContext.Provider;

/** What tells of changes on the server. */
export function useLive(): Live {
  const live = useContext(LiveContext);
  if (live === undefined) throw new Error("useLive() is used outside of LiveProvider");
  return live;
}

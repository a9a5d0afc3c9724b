import { useCallback, useLayoutEffect, useRef, useState } from "react";

const NEAR_PX = 24;

/** Keeps a box scrolled to its end while `last` changes, unless one has scrolled up in it. */
export function useFollow(last: unknown) {
  const box = useRef<HTMLDivElement>(null);
  const [isFollowing, setFollowing] = useState(true);
  const toEnd = useCallback(() => {
    box.current?.scrollTo({ top: box.current.scrollHeight });
    setFollowing(true);
  }, []);
  // biome-ignore lint/correctness/useExhaustiveDependencies: it moves when something was added
  useLayoutEffect(() => {
    if (isFollowing) box.current?.scrollTo({ top: box.current.scrollHeight });
  }, [last, isFollowing]);
  const onScroll = useCallback(() => {
    const at = box.current;
    if (at !== null) setFollowing(at.scrollHeight - at.scrollTop - at.clientHeight < NEAR_PX);
  }, []);
  return { box, isFollowing, toEnd, onScroll };
}

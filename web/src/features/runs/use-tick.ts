import { useEffect, useState } from "react";

/** Milliseconds since the epoch, anew each second while something runs: its duration is seen to grow. */
export function useTick(isRunning: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!isRunning) return;
    setNow(Date.now());
    const ticking = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(ticking);
  }, [isRunning]);
  return now;
}

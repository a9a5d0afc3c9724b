import { type RefObject, useEffect, useRef, useState } from "react";

/** How far below or above the window something is drawn already. */
const MARGIN = "800px 0px";
const near = new WeakMap<Element, () => void>();
let observer: IntersectionObserver | undefined;

function watch(element: Element, onNear: () => void): () => void {
  // one for all: hundreds of tiles watch
  observer ??= new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) if (isIntersecting) near.get(target)?.();
    },
    { rootMargin: MARGIN },
  );
  near.set(element, onNear);
  observer.observe(element);
  return () => {
    near.delete(element);
    observer?.unobserve(element);
  };
}

/** Whether an element has come near the window. What was drawn once stays. */
export function useNear<E extends Element>(): [ref: RefObject<E | null>, isNear: boolean] {
  const ref = useRef<E>(null);
  const [isNear, setNear] = useState(false);
  useEffect(() => {
    if (isNear || ref.current === null) return;
    return watch(ref.current, () => setNear(true));
  }, [isNear]);
  return [ref, isNear];
}

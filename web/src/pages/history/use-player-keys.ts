import { useEffect } from "react";

/** The keys of the player; not while somebody writes, and not while `paused`. */
export function usePlayerKeys(
  keys: Record<string, (event: KeyboardEvent) => void>,
  paused: boolean,
): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const target = event.target as HTMLElement;
      if (event.ctrlKey || event.metaKey || event.altKey || paused) return;
      if (/^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
      if (event.key === " " && target.tagName === "BUTTON") return;
      const act = keys[event.key.length === 1 ? event.key.toLowerCase() : event.key];
      if (act === undefined) return;
      event.preventDefault();
      act(event);
    };
    globalThis.addEventListener("keydown", onKey);
    return () => globalThis.removeEventListener("keydown", onKey);
  }, [keys, paused]);
}

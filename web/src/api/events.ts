import type { QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";

const keysOf: Record<string, string[][]> = {
  cameras: [["cameras"], ["sites"], ["status"], ["timeline"], ["days"]],
  matrix: [["matrix"], ["cameras"], ["law"], ["analytics"], ["galleries"]],
  documents: [["documents"], ["sites"], ["cameras"], ["law"], ["analytics"], ["galleries"]],
  exports: [["exports"]],
  ledger: [["ledger"]],
  users: [["users"]],
  review: [["review"], ["accuracy"], ["analytics"]],
  matches: [["matches"]],
  galleries: [["galleries"], ["people"], ["figures"]],
  lifts: [["lifts"], ["approvals"]],
};

/** Which questions to ask again after a `changed` event; unknown words concern nothing here. */
export function keysToAskAgain(data: string): string[][] {
  let what: unknown;
  try {
    what = (JSON.parse(data) as { what?: unknown }).what;
  } catch {
    return [];
  }
  if (!Array.isArray(what)) return [];
  const keys = what.flatMap((word) => (typeof word === "string" ? (keysOf[word] ?? []) : []));
  return keys.filter((key, i) => keys.findIndex((k) => k[0] === key[0]) === i);
}

let open = false;

/** How often to ask for what the server announces anyway: seldom while its announcements come. */
export function unlessTold(fallback: number): () => number {
  return () => (open ? Math.max(fallback, 60_000) : fallback);
}

/** Keeps the pages fresh while somebody is signed in. */
export function useServerEvents(client: QueryClient, active: boolean): void {
  useEffect(() => {
    if (!active) return;
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const connect = () => {
      source = new EventSource("/api/events");
      source.onopen = () => {
        open = true;
      };
      source.addEventListener("changed", (event) => {
        for (const queryKey of keysToAskAgain((event as MessageEvent<string>).data)) {
          void client.invalidateQueries({ queryKey });
        }
      });
      source.onerror = () => {
        open = false;
        // The browser reconnects by itself unless the server answered with an error.
        if (source?.readyState === EventSource.CLOSED) timer = setTimeout(connect, 5000);
      };
    };
    connect();
    return () => {
      open = false;
      clearTimeout(timer);
      source?.close();
    };
  }, [client, active]);
}

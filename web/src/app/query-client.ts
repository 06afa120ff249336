import { QueryClient } from "@tanstack/react-query";
import { ApiError } from "../api/errors";

export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 2_000,
        // Only what may pass by itself is tried again; an answer stays the same answer.
        retry: (failures, error) =>
          failures < 2 &&
          error instanceof ApiError &&
          ["unreachable", "unavailable", "busy", "timeout"].includes(error.kind),
      },
    },
  });
}

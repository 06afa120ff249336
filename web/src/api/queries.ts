import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { api, take } from "./client";
import { unlessTold } from "./events";
import type { DocumentKind, StreamKind } from "./types";

/** Every question the pages ask, with its key. Server-sent events make them ask again. */

const iso = (at: number) => new Date(at).toISOString();

export function useSites() {
  return useQuery({
    queryKey: ["sites"],
    queryFn: async ({ signal }) => (await take(api.GET("/api/sites", { signal }))).sites,
  });
}

/** Changes of state are announced by the server; `every` is for pages that show running figures. */
export function useCameras(every?: number) {
  return useQuery({
    queryKey: ["cameras"],
    queryFn: async ({ signal }) => (await take(api.GET("/api/cameras", { signal }))).cameras,
    refetchInterval: every ?? unlessTold(10_000),
  });
}

export function useCamera(camera: string) {
  return useQuery({
    queryKey: ["cameras", camera],
    queryFn: ({ signal }) =>
      take(api.GET("/api/cameras/{camera}", { params: { path: { camera } }, signal })),
    refetchInterval: 3_000,
  });
}

export function useStatus(enabled = true) {
  return useQuery({
    queryKey: ["status"],
    queryFn: ({ signal }) => take(api.GET("/api/status", { signal })),
    refetchInterval: unlessTold(10_000),
    enabled,
  });
}

export function useTimeline(
  camera: string | undefined,
  stream: StreamKind,
  from: number,
  to: number,
  enabled = true,
  every = 5_000,
) {
  return useQuery({
    queryKey: ["timeline", camera, stream, from, to],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/cameras/{camera}/timeline", {
          params: {
            path: { camera: camera as string },
            query: { stream, from: iso(from), to: iso(to) },
          },
          signal,
        }),
      ),
    enabled: enabled && camera !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: every,
  });
}

export function useDays(camera: string | undefined, from: string, to: string, enabled = true) {
  return useQuery({
    queryKey: ["days", camera, from, to],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/cameras/{camera}/days", {
          params: { path: { camera: camera as string }, query: { stream: "main", from, to } },
          signal,
        }),
      ),
    enabled: enabled && camera !== undefined,
    staleTime: 60_000,
  });
}

export function useMatrix(on: string | null) {
  return useQuery({
    queryKey: ["matrix", on],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/compliance/matrix", { params: { query: on === null ? {} : { on } }, signal }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function usePacks() {
  return useQuery({
    queryKey: ["law", "packs"],
    queryFn: ({ signal }) => take(api.GET("/api/law/packs", { signal })),
  });
}

export function usePackDifference() {
  return useQuery({
    queryKey: ["law", "difference"],
    queryFn: ({ signal }) => take(api.GET("/api/law/packs/difference", { signal })),
  });
}

export function useCalendarLink() {
  return useQuery({
    queryKey: ["law", "calendar"],
    queryFn: ({ signal }) => take(api.GET("/api/law/calendar-link", { signal })),
  });
}

export function useQuestions() {
  return useQuery({
    queryKey: ["law", "questions"],
    queryFn: async ({ signal }) =>
      (await take(api.GET("/api/law/questions", { signal }))).questions,
  });
}

export function useHorizon(on: string | null, months: number) {
  return useQuery({
    queryKey: ["law", "horizon", on, months],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/law/horizon", {
          params: { query: on === null ? { months } : { on, months } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });
}

export function useCameraCompliance(camera: string) {
  return useQuery({
    queryKey: ["matrix", "camera", camera],
    queryFn: ({ signal }) =>
      take(api.GET("/api/compliance/cameras/{camera}", { params: { path: { camera } }, signal })),
  });
}

export function useExports(enabled = true) {
  return useQuery({
    queryKey: ["exports"],
    queryFn: async ({ signal }) => (await take(api.GET("/api/exports", { signal }))).exports,
    enabled,
    refetchInterval: (query) =>
      query.state.data?.some((e) => e.state === "queued" || e.state === "running") ? 700 : 15_000,
  });
}

export function useExport(id: string | null) {
  return useQuery({
    queryKey: ["exports", id],
    queryFn: ({ signal }) =>
      take(api.GET("/api/exports/{id}", { params: { path: { id: id as string } }, signal })),
    enabled: id !== null,
    refetchInterval: (query) => {
      const state = query.state.data?.state;
      return state === undefined || state === "queued" || state === "running" ? 400 : false;
    },
  });
}

export function useDocuments() {
  return useQuery({
    queryKey: ["documents"],
    queryFn: ({ signal }) =>
      take(api.GET("/api/documents", { parseAs: "text", signal })) as Promise<string>,
  });
}

export function useDocumentHistory(kind: DocumentKind, name: string) {
  return useQuery({
    queryKey: ["documents", kind, name, "history"],
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET("/api/documents/{kind}/{name}/history", {
            params: { path: { kind, name } },
            signal,
          }),
        )
      ).revisions,
  });
}

export function useLedger(enabled = true) {
  return useQuery({
    queryKey: ["ledger", "head"],
    queryFn: ({ signal }) => take(api.GET("/api/ledger", { signal })),
    enabled,
  });
}

export function useEntry(index: number) {
  return useQuery({
    queryKey: ["entry", index],
    queryFn: ({ signal }) =>
      take(api.GET("/api/ledger/entries/{index}", { params: { path: { index } }, signal })),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useUsers(enabled = true) {
  return useQuery({
    queryKey: ["users"],
    queryFn: async ({ signal }) => (await take(api.GET("/api/users", { signal }))).users,
    enabled,
  });
}

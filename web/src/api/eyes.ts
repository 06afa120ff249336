import { keepPreviousData, useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, take } from "./client";
import { unlessTold } from "./events";
import type { JudgementWord, Severity, Track } from "./types";

/** What the pages ask about what the cameras saw. */

const iso = (at: number) => new Date(at).toISOString();
const kPage = 48;

export interface ReviewFilter {
  severity?: Severity;
  camera?: string;
  kind?: string;
  zone?: string;
  from?: number;
  to?: number;
  viewed?: boolean;
}

const times = ({ from, to }: { from?: number; to?: number }) => ({
  ...(from === undefined ? {} : { from: iso(from) }),
  ...(to === undefined ? {} : { to: iso(to) }),
});

export function useReview(filter: ReviewFilter) {
  const { from, to, ...rest } = filter;
  return useInfiniteQuery({
    queryKey: ["review-list", filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET("/api/review", {
          params: {
            query: {
              ...rest,
              ...times({ ...(from ? { from } : {}), ...(to ? { to } : {}) }),
              limit: kPage,
              ...(pageParam === null ? {} : { before: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

/** The id of the newest item: tells whether the list is behind. Null: there is none. */
export function useReviewHead(filter: ReviewFilter) {
  const { from, to, ...rest } = filter;
  return useQuery({
    queryKey: ["review", "head", filter],
    queryFn: async ({ signal }) => {
      const { items } = await take(
        api.GET("/api/review", {
          params: {
            query: {
              ...rest,
              ...times({ ...(from ? { from } : {}), ...(to ? { to } : {}) }),
              limit: 1,
            },
          },
          signal,
        }),
      );
      return items[0]?.id ?? null;
    },
    refetchInterval: unlessTold(15_000),
  });
}

/** The items of one camera in a stretch of time, for the timeline; at most 200. */
export function useReviewSpan(camera: string, from: number, to: number, enabled = true) {
  return useQuery({
    queryKey: ["review", "span", camera, from, to],
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET("/api/review", {
            params: { query: { camera, from: iso(from), to: iso(to), limit: 200 } },
            signal,
          }),
        )
      ).items,
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: unlessTold(15_000),
  });
}

/** How many alerts nobody has looked at; more than `kManyAlerts` are not counted. */
export const kManyAlerts = 99;
export function useUnviewedAlerts(enabled: boolean) {
  return useQuery({
    queryKey: ["review", "unviewed"],
    queryFn: async ({ signal }) =>
      (
        await take(
          api.GET("/api/review", {
            params: { query: { severity: "alert", viewed: false, limit: kManyAlerts + 1 } },
            signal,
          }),
        )
      ).items.length,
    enabled,
    refetchInterval: unlessTold(20_000),
  });
}

export const markViewed = (ids: string[], viewed: boolean) =>
  take(api.POST("/api/review/viewed", { body: { ids, viewed } }));

export const judge = (id: string, judgement: JudgementWord, note = "") =>
  take(
    api.POST("/api/review/{id}/judgement", {
      params: { path: { id } },
      body: { judgement, ...(note === "" ? {} : { note }) },
    }),
  );

export const reviewPicture = (id: string) => `/api/review/${encodeURIComponent(id)}/picture.jpg`;
export const trackPicture = (id: string) => `/api/tracks/${encodeURIComponent(id)}/picture.jpg`;

export interface TrackFilter {
  camera?: string;
  kind?: Track["kind"];
  zone?: string;
  colour?: string;
  direction?: string;
  min_seconds?: number;
  from?: number;
  to?: number;
}

export function useTracks(filter: TrackFilter) {
  const { from, to, ...rest } = filter;
  return useInfiniteQuery({
    queryKey: ["tracks", filter],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET("/api/tracks", {
          params: {
            query: {
              ...(rest as object),
              ...times({ ...(from ? { from } : {}), ...(to ? { to } : {}) }),
              limit: kPage,
              ...(pageParam === null ? {} : { before: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    placeholderData: keepPreviousData,
  });
}

export function useActivity(
  camera: string,
  from: number,
  to: number,
  step: number,
  enabled = true,
) {
  return useQuery({
    queryKey: ["activity", camera, from, to, step],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/cameras/{camera}/activity", {
          params: { path: { camera }, query: { from: iso(from), to: iso(to), step } },
          signal,
        }),
      ),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  });
}

export function useHeat(camera: string | undefined, from: number, to: number) {
  return useQuery({
    queryKey: ["heat", camera, from, to],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/cameras/{camera}/heat", {
          params: { path: { camera: camera as string }, query: { from: iso(from), to: iso(to) } },
          signal,
        }),
      ),
    enabled: camera !== undefined,
    placeholderData: keepPreviousData,
  });
}

export function useAnalytics(camera: string) {
  return useQuery({
    queryKey: ["analytics", camera],
    queryFn: ({ signal }) =>
      take(api.GET("/api/cameras/{camera}/analytics", { params: { path: { camera } }, signal })),
    refetchInterval: 5_000,
  });
}

export function useAccuracy() {
  return useQuery({
    queryKey: ["accuracy"],
    queryFn: ({ signal }) => take(api.GET("/api/accuracy", { signal })),
  });
}

export const resumeRule = (camera: string, rule: string, reason: string) =>
  take(api.POST("/api/accuracy/resume", { body: { camera, rule, reason } }));

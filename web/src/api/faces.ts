import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { api, take } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Gallery = Schemas["Gallery"];
export type GalleryPerson = Schemas["GalleryPerson"];
export type ThresholdFigure = Schemas["ThresholdFigure"];
export type ThresholdFigures = Schemas["ThresholdFigures"];
export type Match = Schemas["Match"];

const kPage = 48;

export function useGalleries(enabled = true) {
  return useQuery({
    queryKey: ["galleries"],
    queryFn: async ({ signal }) => (await take(api.GET("/api/galleries", { signal }))).galleries,
    enabled,
  });
}

/** Every reading of these names is on record, so they are read once, not again and again. */
export function useGalleryPeople(id: string, enabled: boolean) {
  return useQuery({
    queryKey: ["people", id],
    queryFn: async ({ signal }) =>
      (await take(api.GET("/api/galleries/{id}/people", { params: { path: { id } }, signal })))
        .people,
    enabled,
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

export function useThresholdFigures(id: string | null) {
  return useQuery({
    queryKey: ["figures", id],
    queryFn: ({ signal }) =>
      take(
        api.GET("/api/galleries/{id}/threshold_figures", {
          params: { path: { id: id as string } },
          signal,
        }),
      ),
    enabled: id !== null,
    staleTime: 60_000,
  });
}

export function useMatches(state: "proposed" | "confirmed" | "rejected" | "expired" | null) {
  return useInfiniteQuery({
    queryKey: ["matches", state],
    initialPageParam: null as string | null,
    queryFn: ({ pageParam, signal }) =>
      take(
        api.GET("/api/matches", {
          params: {
            query: {
              limit: kPage,
              ...(state === null ? {} : { state }),
              ...(pageParam === null ? {} : { before: pageParam }),
            },
          },
          signal,
        }),
      ),
    getNextPageParam: (last) => last.next ?? undefined,
    refetchOnWindowFocus: false,
  });
}

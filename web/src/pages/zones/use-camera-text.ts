import { useQuery } from "@tanstack/react-query";
import { api, take } from "../../api/client";

/** The document of a camera as it is on record now. */
export function cameraText(camera: string, signal?: AbortSignal): Promise<string> {
  return take(
    api.GET("/api/documents", {
      params: { query: { kind: "camera", name: camera } },
      parseAs: "text",
      ...(signal === undefined ? {} : { signal }),
    }),
  ) as Promise<string>;
}

export function useCameraText(camera: string) {
  return useQuery({
    queryKey: ["camera-text", camera],
    queryFn: ({ signal }) => cameraText(camera, signal),
    // A drawing must not be exchanged under the hand.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  });
}

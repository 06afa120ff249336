import { type RefObject, useCallback, useEffect, useRef, useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { liveAddress, LivePlayer, type LiveState } from "./live-player";

/** `epoch` makes the player begin anew: after a refusal, when the law changed. */
export function useLive(
  video: RefObject<HTMLVideoElement | null>,
  camera: string,
  stream: "main" | "sub",
  clear: boolean,
  enabled: boolean,
  epoch: string,
): { state: LiveState; delay: number | null; shownAt: () => number | null } {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>({ kind: "connecting" });
  const [delay, setDelay] = useState<number | null>(null);
  const current = useRef<LivePlayer | null>(null);

  useEffect(() => {
    const element = video.current;
    if (!enabled || element === null) return;
    setState({ kind: "connecting" });
    setDelay(null);
    const player = new LivePlayer(element, liveAddress(camera, stream, clear), {
      state: setState,
      // Tenths of a second are what is shown; finer steps would only redraw.
      delay: (ms) => setDelay(Math.round(ms / 100) * 100),
      signedOut: () => void client.invalidateQueries({ queryKey: ["status"] }),
    });
    current.current = player;
    return () => {
      current.current = null;
      player.close();
    };
  }, [video, camera, stream, clear, enabled, epoch, client]);

  const shownAt = useCallback(() => current.current?.shownAt() ?? null, []);
  return { state, delay, shownAt };
}

import { ApiError } from "../api/errors";
import type { Boxes, LiveMessage } from "../api/types";
import { reconnectDelay } from "./live-edge";

export interface Stamped {
  at: number;
  boxes: Boxes;
}

/** As long as boxes are worth drawing. */
const kStale = 2500;
const kKeep = 64;

/** The boxes that belong to the picture shown at `shown`; null: none that are not stale. */
export function boxesAt(queue: Stamped[], shown: number | null): Boxes | null {
  const newest = queue.at(-1);
  if (newest === undefined) return null;
  if (shown === null) return newest.boxes;
  let best: Stamped | null = null;
  // A picture and its boxes carry the same time; half a picture of slack for rounding.
  for (const each of queue) if (each.at <= shown + 20) best = each;
  return best === null || shown - best.at > kStale ? null : best.boxes;
}

export type BoxesState =
  | { kind: "connecting" }
  | { kind: "open" }
  | { kind: "reconnecting" }
  | { kind: "refused"; error: ApiError };

/** Listens to the boxes of one camera; reconnects after a lost connection, not after a refusal. */
export class BoxesClient {
  readonly queue: Stamped[] = [];
  private socket: WebSocket | null = null;
  private attempt = 0;
  private refused = false;
  private closed = false;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly address: string,
    private readonly onState: (state: BoxesState) => void,
  ) {
    this.connect();
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.retry);
    this.socket?.close();
  }

  take(text: string): void {
    let message: Boxes | LiveMessage;
    try {
      message = JSON.parse(text) as Boxes | LiveMessage;
    } catch {
      return;
    }
    if ("tracks" in message && Array.isArray(message.tracks)) {
      const at = Date.parse(message.wall);
      if (!Number.isFinite(at)) return;
      this.attempt = 0;
      this.queue.push({ at, boxes: message });
      if (this.queue.length > kKeep) this.queue.shift();
    } else if ("type" in message && message.type === "refused") {
      this.refused = true;
      this.queue.length = 0;
      this.tell({ kind: "refused", error: ApiError.from(message.error) });
    } else if ("type" in message && message.type === "ended") {
      this.queue.length = 0;
    }
  }

  private connect(): void {
    this.tell({ kind: "connecting" });
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => this.tell({ kind: "open" });
    socket.onmessage = (event: MessageEvent<unknown>) => {
      if (typeof event.data === "string") this.take(event.data);
    };
    socket.onclose = () => {
      if (this.closed || this.refused || this.socket !== socket) return;
      this.queue.length = 0;
      this.tell({ kind: "reconnecting" });
      this.retry = setTimeout(
        () => {
          if (!this.closed) this.connect();
        },
        reconnectDelay(this.attempt, Math.random()),
      );
      this.attempt += 1;
    };
  }

  private tell(state: BoxesState): void {
    if (!this.closed) this.onState(state);
  }
}

export function boxesAddress(camera: string): string {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  return `${scheme}://${window.location.host}/api/cameras/${encodeURIComponent(camera)}/boxes`;
}

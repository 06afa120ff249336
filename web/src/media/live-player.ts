import { ApiError } from "../api/errors";
import type { LiveMessage } from "../api/types";
import { AppendQueue } from "./append-queue";
import { liveStep, reconnectDelay } from "./live-edge";

export type LiveState =
  | { kind: "connecting" }
  | { kind: "playing" }
  /** Connected, but no picture came for a while. */
  | { kind: "silent" }
  | { kind: "reconnecting"; at: number }
  | { kind: "refused"; error: ApiError }
  | { kind: "ended"; words: string }
  | { kind: "unsupported"; mime: string };

export interface LiveListener {
  state(state: LiveState): void;
  /** Milliseconds behind the camera's arrival at the server, about four times a second. */
  delay(ms: number): void;
  signedOut(): void;
}

const kSilentAfter = 4000;
const kKeepBehind = 8;
const kTick = 250;

interface Clocks {
  /** Seconds on the timeline of the pictures, and the server's wall clock when it arrived. */
  mediaTime: number;
  wall: number;
}

/**
 * Plays one live stream in one video element: WebSocket, fragmented MP4, Media Source Extensions.
 * It reconnects by itself, except after a refusal: then the law has to change first.
 */
export class LivePlayer {
  private socket: WebSocket | null = null;
  private source: MediaSource | null = null;
  private buffer: SourceBuffer | null = null;
  private queue: AppendQueue | null = null;
  private url: string | null = null;
  private mime = "";
  private pending: ArrayBuffer[] = [];
  private clocks: Clocks | null = null;
  private serverAhead = Number.NEGATIVE_INFINITY;
  private attempt = 0;
  private lastPiece = 0;
  private closed = false;
  private refused = false;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly ticker: ReturnType<typeof setInterval>;
  private state: LiveState["kind"] = "connecting";

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly address: string,
    private readonly listener: LiveListener,
  ) {
    video.muted = true;
    this.ticker = setInterval(() => this.tick(), kTick);
    this.connect();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.ticker);
    clearTimeout(this.retry);
    this.socket?.close();
    this.tearDown();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** When the picture on screen arrived at the server, by the server's clock; null before any. */
  shownAt(): number | null {
    if (this.clocks === null || this.state !== "playing") return null;
    return this.clocks.wall + (this.video.currentTime - this.clocks.mediaTime) * 1000;
  }

  private connect(): void {
    this.tell({ kind: "connecting" });
    const socket = new WebSocket(this.address);
    socket.binaryType = "arraybuffer";
    this.socket = socket;
    this.lastPiece = performance.now();
    socket.onmessage = (event: MessageEvent<string | ArrayBuffer>) => {
      if (this.closed || this.socket !== socket) return;
      if (typeof event.data === "string") this.onText(event.data);
      else this.onPiece(event.data);
    };
    socket.onclose = (event) => {
      if (this.closed || this.socket !== socket) return;
      this.socket = null;
      if (event.code === 4401) this.listener.signedOut();
      else if (event.code !== 4403 && !this.refused) this.reconnectLater();
    };
  }

  private onText(text: string): void {
    let message: LiveMessage;
    try {
      message = JSON.parse(text) as LiveMessage;
    } catch {
      return;
    }
    switch (message.type) {
      case "init":
        this.begin(message.mime);
        break;
      case "time": {
        this.clocks = { mediaTime: message.media_time, wall: Date.parse(message.wall) };
        // The message that travelled fastest tells the difference between the clocks best.
        const ahead = Date.parse(message.now) - Date.now();
        this.serverAhead = Math.max(ahead, this.serverAhead - 0.05);
        break;
      }
      case "refused":
        this.refused = true;
        this.tell({ kind: "refused", error: ApiError.from(message.error) });
        break;
      case "ended":
        this.tell({ kind: "ended", words: message.words });
        break;
    }
  }

  /** A new init segment follows: the first, or another picture format. */
  private begin(mime: string): void {
    if (!("MediaSource" in window) || !MediaSource.isTypeSupported(mime)) {
      this.refused = true;
      this.tell({ kind: "unsupported", mime });
      this.socket?.close();
      return;
    }
    this.clocks = null;
    if (this.buffer !== null && this.queue !== null) {
      this.queue.reset();
      if (mime !== this.mime) this.queue.changeType(mime);
      this.mime = mime;
      return;
    }
    this.tearDown();
    this.mime = mime;
    const source = new MediaSource();
    this.source = source;
    this.url = URL.createObjectURL(source);
    source.addEventListener("sourceopen", () => {
      if (this.source !== source || this.closed) return;
      source.duration = Number.POSITIVE_INFINITY;
      const buffer = source.addSourceBuffer(mime);
      this.buffer = buffer;
      this.queue = new AppendQueue(
        buffer,
        () => this.video.currentTime,
        () => this.decodeFailed(),
        () => this.tick(),
      );
      for (const piece of this.pending) this.queue.append(piece);
      this.pending = [];
    });
    this.video.src = this.url;
  }

  private onPiece(piece: ArrayBuffer): void {
    this.lastPiece = performance.now();
    if (this.queue === null) this.pending.push(piece);
    else this.queue.append(piece);
  }

  private tick(): void {
    if (this.closed) return;
    const { video, buffer, queue } = this;
    if (video.error !== null) {
      this.decodeFailed();
      return;
    }
    if (buffer !== null && queue !== null && buffer.buffered.length > 0) {
      const step = liveStep(video.currentTime, buffer.buffered);
      if (step.seekTo !== null) video.currentTime = step.seekTo;
      if (video.playbackRate !== step.rate) video.playbackRate = step.rate;
      // A paused live picture would be a still that looks alive.
      if (video.paused) video.play().catch(() => undefined);
      queue.trim(kKeepBehind);
      queue.poke();
      if (video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA && this.connected()) {
        this.attempt = 0;
        const silent = performance.now() - this.lastPiece > kSilentAfter;
        this.tell({ kind: silent ? "silent" : "playing" });
        this.tellDelay();
      }
    } else if (this.connected() && performance.now() - this.lastPiece > kSilentAfter) {
      this.tell({ kind: "silent" });
    }
  }

  private connected(): boolean {
    return this.socket?.readyState === WebSocket.OPEN && !this.refused && this.state !== "ended";
  }

  private tellDelay(): void {
    const shown = this.shownAt();
    if (shown === null) return;
    this.listener.delay(Math.max(0, Date.now() + this.serverAhead - shown));
  }

  private decodeFailed(): void {
    if (this.closed || this.retry !== undefined) return;
    this.socket?.close();
    this.socket = null;
    this.tearDown();
    this.reconnectLater();
  }

  private reconnectLater(): void {
    clearTimeout(this.retry);
    const wait = reconnectDelay(this.attempt, Math.random());
    this.attempt += 1;
    this.tell({ kind: "reconnecting", at: Date.now() + wait });
    this.retry = setTimeout(() => {
      this.retry = undefined;
      if (!this.closed) this.connect();
    }, wait);
  }

  private tearDown(): void {
    this.queue?.close();
    this.queue = null;
    this.buffer = null;
    this.source = null;
    this.pending = [];
    if (this.url !== null) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  private tell(state: LiveState): void {
    if (this.closed) return;
    if (state.kind === this.state && (state.kind === "playing" || state.kind === "silent")) return;
    this.state = state.kind;
    this.listener.state(state);
  }
}

/** Masked unless `clear`, which the server refuses without a lift. */
export function liveAddress(camera: string, stream: "main" | "sub", clear: boolean): string {
  const scheme = window.location.protocol === "https:" ? "wss" : "ws";
  const path = `/api/cameras/${encodeURIComponent(camera)}/live?stream=${stream}${clear ? "&clear=true" : ""}`;
  return `${scheme}://${window.location.host}${path}`;
}

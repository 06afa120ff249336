import { noticed } from "../api/client";
import { ApiError, fromAnswer, unreachable } from "../api/errors";
import type { StreamKind } from "../api/types";
import type { Span } from "../timeline/layout";
import { AppendQueue } from "./append-queue";
import {
  bufferedUntil,
  chunkEnd,
  isAtEdge,
  nextRequest,
  overHole,
  pictureLength,
  readyAhead,
} from "./archive-plan";

export type ArchiveState =
  | { kind: "idle" }
  | { kind: "loading" }
  | { kind: "ready" }
  /** At the newest recorded picture; it goes on as more is recorded. */
  | { kind: "edge" }
  | { kind: "failed"; error: ApiError };

export interface ArchiveListener {
  state(state: ArchiveState): void;
  position(at: number): void;
  playing(playing: boolean): void;
  /** Milliseconds from the wish to the first picture on screen. */
  firstPicture(ms: number): void;
  skipped(ms: number): void;
}

const kTick = 100;
const kKeepBehind = 40;
const kEdgeRetry = 1000;

/**
 * Plays recordings of one camera stream. Media time is wall time minus an origin, so that pieces
 * of one sitting fit together and holes between recordings stay visible as holes.
 */
export class ArchivePlayer {
  private source: MediaSource | null = null;
  private url: string | null = null;
  private opened: Promise<MediaSource> | null = null;
  private buffer: SourceBuffer | null = null;
  private queue: AppendQueue | null = null;
  private mime = "";
  private origin = 0;
  private sitting = 0;
  private fetching: AbortController | null = null;
  private nextFrom: number | null = null;
  private first = true;
  private waitUntil = 0;
  /** Asked for and not on screen yet; `landed` once the browser stands there with a picture. */
  private wanted: { at: number; since: number; landed: boolean } | null = null;
  private rate = 1;
  private wantsToPlay = false;
  private distances: number[] = [];
  private lastFrame: number | null = null;
  private state: ArchiveState = { kind: "idle" };
  private closed = false;
  private readonly ticker: ReturnType<typeof setInterval>;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly camera: string,
    private readonly stream: StreamKind,
    private readonly clear: boolean,
    private readonly spans: () => Span[],
    private readonly listener: ArchiveListener,
  ) {
    video.muted = true;
    video.addEventListener("error", this.onVideoError);
    video.addEventListener("seeked", this.onSeeked);
    this.ticker = setInterval(() => this.tick(), kTick);
    this.watchFrames();
  }

  close(): void {
    this.closed = true;
    clearInterval(this.ticker);
    this.fetching?.abort();
    this.video.removeEventListener("error", this.onVideoError);
    this.video.removeEventListener("seeked", this.onSeeked);
    this.tearDown();
    this.video.removeAttribute("src");
    this.video.load();
  }

  /** The instant on screen, or the one asked for while it loads. */
  get position(): number | null {
    if (this.wanted !== null) return this.wanted.at;
    return this.source === null ? null : this.origin + this.video.currentTime * 1000;
  }

  /** The wall time that is media time zero; null before anything was asked for. */
  get mediaOrigin(): number | null {
    return this.source === null ? null : this.origin;
  }

  seek(at: number): void {
    this.sitting += 1;
    this.wanted = { at, since: performance.now(), landed: false };
    this.waitUntil = 0;
    this.listener.position(at);
    const media = (at - this.origin) / 1000;
    const buffered = this.buffer?.buffered;
    if (
      this.state.kind !== "failed" &&
      buffered !== undefined &&
      media >= 0 &&
      bufferedUntil(buffered, media) > media + 0.1
    ) {
      this.video.currentTime = media;
      // What is asked for next must join this stretch, not the one left.
      const joins = this.origin + bufferedUntil(buffered, media) * 1000;
      if (this.nextFrom !== null && Math.abs(joins - this.nextFrom) > 100) {
        this.fetching?.abort();
        this.fetching = null;
        this.nextFrom = joins;
      }
      this.tell({ kind: "ready" });
      return;
    }
    this.fetching?.abort();
    this.fetching = null;
    this.nextFrom = at;
    this.first = true;
    this.lastFrame = null;
    if (this.source === null || this.video.error !== null) this.begin(at);
    else this.queue?.reset();
    // Steps back within a day keep the origin. The minute is for the key frame before `at`, which
    // must not lie before media time zero.
    if (at - this.origin < 60_000 || at - this.origin > 40 * 86_400_000) {
      this.origin = at - 86_400_000;
    }
    this.video.currentTime = (at - this.origin) / 1000;
    this.tell({ kind: "loading" });
    this.tick();
  }

  play(): void {
    this.wantsToPlay = true;
    this.video.playbackRate = this.rate;
    this.video.play().catch(() => undefined);
    this.listener.playing(true);
  }

  pause(): void {
    this.wantsToPlay = false;
    this.video.pause();
    this.listener.playing(false);
  }

  setRate(rate: number): void {
    this.rate = rate;
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
  }

  /** One picture on or back; playing stops. */
  step(direction: 1 | -1): void {
    this.pause();
    const media = this.video.currentTime + direction * pictureLength(this.distances, 1 / 25);
    this.seek(this.origin + media * 1000);
  }

  private begin(at: number): void {
    this.tearDown();
    this.origin = at - 86_400_000;
    const source = new MediaSource();
    this.source = source;
    this.url = URL.createObjectURL(source);
    this.opened = new Promise((resolve) => {
      source.addEventListener(
        "sourceopen",
        () => {
          source.duration = Number.POSITIVE_INFINITY;
          resolve(source);
        },
        { once: true },
      );
    });
    this.video.src = this.url;
    this.video.defaultPlaybackRate = this.rate;
    this.video.playbackRate = this.rate;
    if (this.wantsToPlay) this.video.play().catch(() => undefined);
  }

  private tearDown(): void {
    this.queue?.close();
    this.queue = null;
    this.buffer = null;
    this.source = null;
    this.opened = null;
    if (this.url !== null) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  private tick(): void {
    if (this.closed || this.source === null) return;
    const { video, buffer } = this;
    if (buffer !== null && buffer.buffered.length > 0) this.overHoles(buffer);
    if (this.wanted === null) this.listener.position(this.origin + video.currentTime * 1000);
    // In a hidden page no picture is ever reported.
    else if (this.wanted.landed && document.hidden) this.wanted = null;
    this.queue?.trim(kKeepBehind);
    this.queue?.poke();
    if (this.state.kind === "loading" && this.wanted === null && video.readyState >= 3) {
      this.tell({ kind: "ready" });
    }
    void this.fetchAhead();
  }

  private overHoles(buffer: SourceBuffer): void {
    const { video } = this;
    if (video.readyState >= HTMLMediaElement.HAVE_FUTURE_DATA && !video.seeking) return;
    if (this.queue === null || this.queue.removing) return;
    const landing = overHole(buffer.buffered, video.currentTime);
    if (landing === null) return;
    const hole = (landing - video.currentTime) * 1000;
    if (this.wanted === null && hole > 1500) this.listener.skipped(hole);
    if (this.wanted !== null) {
      this.wanted = { ...this.wanted, at: this.origin + landing * 1000, landed: false };
    }
    video.currentTime = landing + 0.001;
  }

  private async fetchAhead(): Promise<void> {
    if (this.fetching !== null || this.nextFrom === null || this.state.kind === "failed") return;
    if (performance.now() < this.waitUntil) return;
    const position = this.video.currentTime;
    const ready = (this.nextFrom - this.origin) / 1000 - position;
    if (!this.first && ready > readyAhead(this.rate)) return;
    const abort = new AbortController();
    this.fetching = abort;
    const sitting = this.sitting;
    const from = this.nextFrom;
    const to = chunkEnd(from, this.first, this.rate);
    this.first = false;
    try {
      const end = await this.fetchChunk(from, to, abort.signal);
      if (sitting !== this.sitting && abort.signal.aborted) return;
      this.plan(from, to, end);
    } catch (error) {
      if (abort.signal.aborted || this.closed) return;
      this.tell({
        kind: "failed",
        error: error instanceof ApiError ? noticed(error) : unreachable(),
      });
    } finally {
      if (this.fetching === abort) this.fetching = null;
    }
  }

  private plan(from: number, to: number, end: number | null): void {
    const next = nextRequest(this.spans(), from, to, end);
    if (next.kind === "ask") {
      this.nextFrom = next.from;
      if (isAtEdge(to, end, Date.now())) this.waitUntil = performance.now() + kEdgeRetry;
      return;
    }
    this.waitUntil = performance.now() + kEdgeRetry;
    const left = this.nextFrom === null ? 0 : (this.nextFrom - this.origin) / 1000;
    if (left - this.video.currentTime < 1) {
      this.wanted = null;
      this.tell({ kind: "edge" });
    }
  }

  /** Appends the answer as it comes. The wall time its pictures end at; null if there were none. */
  private async fetchChunk(from: number, to: number, signal: AbortSignal): Promise<number | null> {
    const query = new URLSearchParams({
      stream: this.stream,
      from: new Date(from).toISOString(),
      to: new Date(to).toISOString(),
      origin: new Date(this.origin).toISOString(),
      ...(this.clear ? { clear: "true" } : {}),
    });
    const response = await fetch(
      `/api/cameras/${encodeURIComponent(this.camera)}/playback?${query.toString()}`,
      { signal, credentials: "same-origin" },
    );
    if (response.status === 404) return null;
    if (!response.ok || response.body === null) {
      throw fromAnswer(response.status, await response.json().catch(() => null));
    }
    const codec = response.headers.get("X-Proviso-Codec") ?? "avc1.4d401f";
    await this.prepare(`video/mp4; codecs="${codec}"`);
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return null;
      if (done) break;
      this.queue?.append(value);
    }
    await this.drained(signal);
    const buffered = this.buffer?.buffered;
    if (buffered === undefined) return null;
    let end: number | null = null;
    for (let i = 0; i < buffered.length; i += 1) {
      const rangeEnd = this.origin + buffered.end(i) * 1000;
      if (rangeEnd > from && this.origin + buffered.start(i) * 1000 < to) end = rangeEnd;
    }
    return end;
  }

  private async prepare(mime: string): Promise<void> {
    const source = await this.opened;
    if (source === null || source !== this.source) return;
    if (this.buffer !== null) {
      if (mime !== this.mime) this.queue?.changeType(mime);
      this.mime = mime;
      return;
    }
    if (!MediaSource.isTypeSupported(mime)) {
      throw new ApiError("unreadable", `This browser cannot play ${mime}.`, "");
    }
    this.mime = mime;
    this.buffer = source.addSourceBuffer(mime);
    this.queue = new AppendQueue(
      this.buffer,
      () => this.video.currentTime,
      (why) => this.tell({ kind: "failed", error: new ApiError("unreadable", why, "") }),
      () => this.tick(),
    );
  }

  private async drained(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.closed && (this.queue?.waiting ?? 0) > 0) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Learns the length of a picture, and notices the first one after a seek. */
  private watchFrames(): void {
    const onFrame: VideoFrameRequestCallback = (_, frame) => {
      if (this.closed) return;
      if (this.lastFrame !== null) {
        this.distances = [...this.distances.slice(-19), frame.mediaTime - this.lastFrame];
      }
      this.lastFrame = frame.mediaTime;
      if (this.wanted?.landed === true && !this.video.seeking) {
        this.listener.firstPicture(performance.now() - this.wanted.since);
        this.wanted = null;
        this.tell({ kind: "ready" });
      }
      this.video.requestVideoFrameCallback(onFrame);
    };
    this.video.requestVideoFrameCallback(onFrame);
  }

  private readonly onSeeked = (): void => {
    // The event of an earlier seek may come while a newer one is under way.
    if (this.wanted !== null && !this.video.seeking) this.wanted.landed = true;
  };

  private readonly onVideoError = (): void => {
    if (this.closed || this.video.error === null || this.source === null) return;
    const why = this.video.error.message;
    this.tell({ kind: "failed", error: new ApiError("unreadable", why, "") });
  };

  private tell(state: ArchiveState): void {
    if (this.closed) return;
    if (state.kind === this.state.kind && state.kind !== "failed") return;
    this.state = state;
    this.listener.state(state);
  }
}

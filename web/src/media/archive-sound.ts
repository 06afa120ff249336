import { AppendQueue } from "./append-queue";
import { bufferedUntil } from "./archive-plan";

/** "none": nothing recorded here; "unplayable": recorded, in a format browsers do not play. */
export type SoundState = "loading" | "playing" | "none" | "unplayable";

const kTick = 200;
const kChunk = 10_000;
const kAhead = 5;
const kKeepBehind = 20;
const kRetry = 2000;
/** Further apart than this, sound and picture are put together again. */
const kApart = 0.08;
/** Faster than this nothing can be understood. */
const kFastest = 2;

/**
 * The recorded sound beside the pictures of an ArchivePlayer: an element and a buffer of its own, so
 * that where sound begins, ends or is missing the pictures notice nothing. Made when somebody wants
 * to listen, closed when not.
 */
export class ArchiveSound {
  private readonly audio = new Audio();
  private url: string | null = null;
  private source: MediaSource | null = null;
  private queue: AppendQueue | null = null;
  private mime = "";
  private origin: number | null = null;
  private fetching: AbortController | null = null;
  private waitUntil = 0;
  private state: SoundState = "loading";
  private readonly ticker: ReturnType<typeof setInterval>;

  constructor(
    private readonly video: HTMLVideoElement,
    private readonly camera: string,
    private readonly mediaOrigin: () => number | null,
    private readonly tell: (state: SoundState) => void,
  ) {
    this.ticker = setInterval(() => this.tick(), kTick);
    this.tick();
  }

  close(): void {
    clearInterval(this.ticker);
    this.tearDown();
  }

  private tearDown(): void {
    this.fetching?.abort();
    this.fetching = null;
    this.queue?.close();
    this.queue = null;
    this.source = null;
    this.mime = "";
    this.audio.pause();
    this.audio.removeAttribute("src");
    if (this.url !== null) URL.revokeObjectURL(this.url);
    this.url = null;
  }

  private begin(): void {
    this.tearDown();
    const source = new MediaSource();
    this.source = source;
    this.url = URL.createObjectURL(source);
    this.audio.src = this.url;
    this.waitUntil = 0;
  }

  private tick(): void {
    const origin = this.mediaOrigin();
    if (origin === null) return;
    if (origin !== this.origin) {
      this.origin = origin;
      this.begin();
    }
    const at = this.video.currentTime;
    const until = bufferedUntil(this.audio.buffered, at);
    this.follow(at, until);
    this.queue?.trim(kKeepBehind);
    const open = this.source?.readyState === "open";
    const wanted = this.fetching === null && performance.now() >= this.waitUntil;
    if (open && wanted && !this.video.seeking && until < at + kAhead) {
      void this.fetchFrom(origin + Math.max(until, at) * 1000);
    }
  }

  /** Keeps the sound where the picture is. */
  private follow(at: number, until: number): void {
    const { audio, video } = this;
    const rate = video.playbackRate;
    if (video.paused || video.seeking || rate > kFastest || until < at + 0.1) {
      audio.pause();
      return;
    }
    audio.playbackRate = rate;
    if (Math.abs(audio.currentTime - at) > kApart) audio.currentTime = at;
    if (audio.paused) audio.play().catch(() => undefined);
    this.enter("playing");
  }

  private async fetchFrom(from: number): Promise<void> {
    const abort = new AbortController();
    this.fetching = abort;
    try {
      const query = new URLSearchParams({
        stream: "main",
        track: "sound",
        clear: "true",
        from: new Date(from).toISOString(),
        to: new Date(from + kChunk).toISOString(),
        origin: new Date(this.origin ?? from).toISOString(),
      });
      const response = await fetch(
        `/api/cameras/${encodeURIComponent(this.camera)}/playback?${query.toString()}`,
        { signal: abort.signal, credentials: "same-origin" },
      );
      if (!response.ok) {
        this.later("none");
        return;
      }
      const codec = response.headers.get("X-Proviso-Codec") ?? "";
      const mime = `audio/mp4; codecs="${codec}"`;
      if (!MediaSource.isTypeSupported(mime)) {
        abort.abort();
        this.later("unplayable");
        return;
      }
      const bytes = await response.arrayBuffer();
      if (!abort.signal.aborted) this.append(mime, bytes);
    } catch {
      if (!abort.signal.aborted) this.later("none");
    } finally {
      if (this.fetching === abort) this.fetching = null;
    }
  }

  private append(mime: string, bytes: ArrayBuffer): void {
    if (this.queue === null && this.source?.readyState === "open") {
      this.queue = new AppendQueue(
        this.source.addSourceBuffer(mime),
        () => this.video.currentTime,
        () => this.begin(),
      );
    } else if (mime !== this.mime) {
      this.queue?.changeType(mime);
    }
    this.mime = mime;
    this.queue?.append(bytes);
    this.waitUntil = performance.now() + kTick;
  }

  private later(state: SoundState): void {
    this.waitUntil = performance.now() + kRetry;
    this.enter(state);
  }

  private enter(state: SoundState): void {
    if (state === this.state) return;
    this.state = state;
    this.tell(state);
  }
}

/** The parts of a SourceBuffer the queue needs; tests give it a small real one. */
export interface Sink {
  readonly updating: boolean;
  readonly buffered: Ranges;
  appendBuffer(bytes: BufferSource): void;
  remove(from: number, to: number): void;
  abort(): void;
  changeType(mime: string): void;
  addEventListener(type: "updateend" | "error", listener: () => void): void;
  removeEventListener(type: "updateend" | "error", listener: () => void): void;
}

export interface Ranges {
  readonly length: number;
  start(index: number): number;
  end(index: number): number;
}

type Job =
  | { kind: "append"; bytes: BufferSource }
  | { kind: "remove"; from: number; to: number }
  | { kind: "type"; mime: string };

/**
 * Feeds a SourceBuffer one operation at a time. When the browser's buffer is full, what was
 * already seen is given up first and the append is tried again.
 */
export class AppendQueue {
  private jobs: Job[] = [];
  private current: Job | null = null;
  private closed = false;
  private failed = false;
  private retried = false;

  constructor(
    private readonly sink: Sink,
    private readonly position: () => number,
    private readonly onError: (why: string) => void,
    private readonly onChange: () => void = () => undefined,
  ) {
    sink.addEventListener("updateend", this.done);
    sink.addEventListener("error", this.fail);
  }

  /** Appends not yet in the buffer. */
  get waiting(): number {
    return this.jobs.length + (this.current === null ? 0 : 1);
  }

  /** What is buffered is about to shrink: nothing may be concluded from it. */
  get removing(): boolean {
    return this.current?.kind === "remove" || this.jobs.some((job) => job.kind === "remove");
  }

  append(bytes: BufferSource): void {
    this.jobs.push({ kind: "append", bytes });
    this.pump();
  }

  /** What is appended from here on is of another format. */
  changeType(mime: string): void {
    this.jobs.push({ kind: "type", mime });
    this.pump();
  }

  /** Drops pictures more than `keep` seconds behind the position. */
  trim(keep: number): void {
    const until = this.position() - keep;
    if (this.sink.buffered.length === 0 || this.sink.buffered.start(0) >= until - 1) return;
    if (this.jobs.some((job) => job.kind === "remove")) return;
    this.jobs.push({ kind: "remove", from: 0, to: until });
    this.pump();
  }

  /** Forgets what waits and what is buffered: another place in time begins. */
  reset(): void {
    this.jobs = [];
    if (this.closed) return;
    this.retried = false;
    if (this.current?.kind !== "remove") {
      // abort() resets the parser, which may stand in the middle of a fragment. A removal under
      // way cannot be aborted; its end goes on with what is asked for here.
      this.current = null;
      this.sink.abort();
    }
    if (this.sink.buffered.length > 0) {
      this.jobs.push({ kind: "remove", from: 0, to: Number.POSITIVE_INFINITY });
    }
    this.pump();
  }

  /** To be called when playing moved on: a full buffer may have room now. */
  poke(): void {
    this.pump();
  }

  close(): void {
    this.closed = true;
    this.jobs = [];
    this.sink.removeEventListener("updateend", this.done);
    this.sink.removeEventListener("error", this.fail);
  }

  private readonly done = (): void => {
    this.current = null;
    this.retried = false;
    this.onChange();
    this.pump();
  };

  private readonly fail = (): void => {
    if (this.closed || this.failed) return;
    this.failed = true;
    this.onError("the browser could not read the pictures");
  };

  private pump(): void {
    if (this.closed || this.failed || this.current !== null || this.sink.updating) return;
    const job = this.jobs.shift();
    if (job === undefined) return;
    this.current = job;
    try {
      if (job.kind === "append") this.sink.appendBuffer(job.bytes);
      else if (job.kind === "remove") this.sink.remove(job.from, job.to);
      else {
        this.sink.changeType(job.mime);
        this.current = null;
        this.pump();
      }
    } catch (error) {
      this.current = null;
      if (job.kind === "append" && isQuota(error) && !this.retried) {
        this.retried = true;
        this.jobs.unshift(job);
        this.makeRoom();
        return;
      }
      this.failed = true;
      this.onError(error instanceof Error ? error.message : String(error));
    }
  }

  private makeRoom(): void {
    const until = this.position() - 1;
    if (this.sink.buffered.length === 0 || until <= this.sink.buffered.start(0)) {
      // Nothing seen to give up: wait until playing has moved on.
      this.retried = false;
      return;
    }
    const job: Job = { kind: "remove", from: 0, to: until };
    this.current = job;
    this.sink.remove(job.from, job.to);
  }
}

function isQuota(error: unknown): boolean {
  return error instanceof DOMException && error.name === "QuotaExceededError";
}

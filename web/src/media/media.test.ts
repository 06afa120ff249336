import { describe, expect, it } from "vitest";
import { AppendQueue, type Sink } from "./append-queue";
import { liveStep, reconnectDelay } from "./live-edge";

/** A SourceBuffer of a few lines: one second of pictures per appended byte. */
class Buffer implements Sink {
  updating = false;
  ranges: [number, number][] = [];
  log: string[] = [];
  capacity = Number.POSITIVE_INFINITY;
  private listeners = new Map<string, Set<() => void>>();

  get buffered() {
    return {
      length: this.ranges.length,
      start: (i: number) => (this.ranges[i] as [number, number])[0],
      end: (i: number) => (this.ranges[i] as [number, number])[1],
    };
  }

  appendBuffer(bytes: BufferSource) {
    if (this.updating) throw new Error("appended while updating");
    const length = bytes.byteLength;
    const [from, to] = this.ranges[0] ?? [0, 0];
    if (to - from + length > this.capacity) {
      throw new DOMException("full", "QuotaExceededError");
    }
    this.updating = true;
    this.log.push(`append ${length}`);
    this.ranges = [[from, to + length]];
  }

  remove(from: number, to: number) {
    if (this.updating) throw new Error("removed while updating");
    this.updating = true;
    this.log.push(`remove ${from} ${to}`);
    const range = this.ranges[0];
    if (range) this.ranges = to >= range[1] ? [] : [[Math.max(range[0], to), range[1]]];
  }

  changeType(mime: string) {
    if (this.updating) throw new Error("changed the type while updating");
    this.log.push(`type ${mime}`);
  }

  abort() {
    if (this.log.at(-1)?.startsWith("remove") && this.updating) {
      throw new Error("aborted a removal");
    }
    this.updating = false;
    this.log.push("abort");
  }

  addEventListener(type: string, listener: () => void) {
    this.listeners.set(type, (this.listeners.get(type) ?? new Set()).add(listener));
  }

  removeEventListener(type: string, listener: () => void) {
    this.listeners.get(type)?.delete(listener);
  }

  emit(type: string) {
    this.updating = false;
    for (const listener of this.listeners.get(type) ?? []) listener();
  }
}

function setup(position = { at: 0 }) {
  const sink = new Buffer();
  const errors: string[] = [];
  const queue = new AppendQueue(
    sink,
    () => position.at,
    (why) => errors.push(why),
  );
  return { sink, queue, errors, position };
}

describe("the append queue", () => {
  it("appends one piece at a time and in order", () => {
    const { sink, queue } = setup();
    queue.append(new Uint8Array(1));
    queue.append(new Uint8Array(2));
    queue.append(new Uint8Array(3));
    expect(sink.log).toEqual(["append 1"]);
    sink.emit("updateend");
    sink.emit("updateend");
    sink.emit("updateend");
    expect(sink.log).toEqual(["append 1", "append 2", "append 3"]);
    expect(queue.waiting).toBe(0);
  });

  it("gives up what was seen when the buffer is full, and tries again", () => {
    const { sink, queue, errors, position } = setup();
    sink.capacity = 10;
    queue.append(new Uint8Array(8));
    sink.emit("updateend");
    position.at = 6;
    queue.append(new Uint8Array(4));
    expect(sink.log).toEqual(["append 8", "remove 0 5"]);
    sink.emit("updateend");
    expect(sink.log).toEqual(["append 8", "remove 0 5", "append 4"]);
    expect(errors).toEqual([]);
  });

  it("waits when the buffer is full of what was not seen yet", () => {
    const { sink, queue, errors, position } = setup();
    sink.capacity = 10;
    queue.append(new Uint8Array(10));
    sink.emit("updateend");
    queue.append(new Uint8Array(4));
    expect(queue.waiting).toBe(1);
    position.at = 8;
    queue.poke();
    sink.emit("updateend");
    expect(sink.log.at(-1)).toBe("append 4");
    expect(errors).toEqual([]);
  });

  it("trims behind the position, once", () => {
    const { sink, queue, position } = setup();
    queue.append(new Uint8Array(60));
    sink.emit("updateend");
    position.at = 50;
    queue.trim(10);
    queue.trim(10);
    expect(sink.log).toEqual(["append 60", "remove 0 40"]);
  });

  it("forgets everything at a reset, also in the middle of an append", () => {
    const { sink, queue } = setup();
    queue.append(new Uint8Array(5));
    queue.append(new Uint8Array(6));
    queue.reset();
    expect(queue.removing).toBe(true);
    queue.append(new Uint8Array(7));
    sink.emit("updateend");
    expect(queue.removing).toBe(false);
    sink.emit("updateend");
    expect(sink.log).toEqual(["append 5", "abort", "remove 0 Infinity", "append 7"]);
  });

  it("lets a removal end before it begins anew", () => {
    const { sink, queue, position } = setup();
    queue.append(new Uint8Array(60));
    sink.emit("updateend");
    position.at = 50;
    queue.trim(10);
    queue.reset();
    queue.append(new Uint8Array(3));
    for (let i = 0; i < 3; i += 1) sink.emit("updateend");
    expect(sink.log).toEqual(["append 60", "remove 0 40", "remove 0 Infinity", "append 3"]);
  });

  it("changes the format in its turn", () => {
    const { sink, queue } = setup();
    queue.append(new Uint8Array(1));
    queue.changeType("video/mp4; codecs=hvc1");
    queue.append(new Uint8Array(2));
    sink.emit("updateend");
    sink.emit("updateend");
    expect(sink.log).toEqual(["append 1", "type video/mp4; codecs=hvc1", "append 2"]);
    expect(queue.waiting).toBe(0);
  });

  it("says once that the pictures cannot be read, and stops", () => {
    const { sink, queue, errors } = setup();
    queue.append(new Uint8Array(1));
    sink.emit("error");
    sink.emit("updateend");
    queue.append(new Uint8Array(1));
    expect(errors).toHaveLength(1);
    expect(sink.log).toEqual(["append 1"]);
  });
});

const ranges = (...list: [number, number][]) => ({
  length: list.length,
  start: (i: number) => (list[i] as [number, number])[0],
  end: (i: number) => (list[i] as [number, number])[1],
});

describe("the live edge", () => {
  it("is left alone when close, caught up with when near, jumped to when far", () => {
    expect(liveStep(9.9, ranges([0, 10]))).toEqual({ seekTo: null, rate: 1 });
    expect(liveStep(9.4, ranges([0, 10])).rate).toBeGreaterThan(1);
    expect(liveStep(8.5, ranges([0, 10])).seekTo).toBeCloseTo(9.85);
  });

  it("is beyond a hole", () => {
    expect(liveStep(4, ranges([0, 4], [4.5, 4.9])).seekTo).toBeCloseTo(4.75);
    expect(liveStep(4, ranges([0, 4], [4.5, 4.6])).seekTo).toBeCloseTo(4.5);
  });

  it("is nowhere while nothing came", () => {
    expect(liveStep(0, ranges())).toEqual({ seekTo: null, rate: 1 });
  });
});

describe("reconnecting", () => {
  it("waits longer each time, never above fifteen seconds, never in step", () => {
    expect(reconnectDelay(0, 1)).toBe(500);
    expect(reconnectDelay(3, 1)).toBe(4000);
    expect(reconnectDelay(99, 1)).toBe(15_000);
    expect(reconnectDelay(3, 0)).toBe(2000);
  });
});

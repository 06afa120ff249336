import { afterEach, describe, expect, it, vi } from "vitest";
import type { Boxes } from "../api/types";
import { boxesAt, BoxesClient, type BoxesState, type Stamped } from "./boxes";

const at = (ms: number): Stamped => ({
  at: ms,
  boxes: { wall: new Date(ms).toISOString(), width: 1, height: 1, tracks: [] },
});

describe("boxes", () => {
  const queue = [at(10_000), at(10_200), at(10_400)];

  it("wait for the picture they belong to", () => {
    expect(boxesAt(queue, 10_250)).toBe(queue[1]?.boxes);
    expect(boxesAt(queue, 10_195)).toBe(queue[1]?.boxes);
    expect(boxesAt(queue, 9_000)).toBeNull();
  });

  it("are not left standing when none come any more", () => {
    expect(boxesAt(queue, 12_000)).toBe(queue[2]?.boxes);
    expect(boxesAt(queue, 13_000)).toBeNull();
  });

  it("are the newest where no picture tells the time", () => {
    expect(boxesAt(queue, null)).toBe(queue[2]?.boxes);
    expect(boxesAt([], null)).toBeNull();
  });
});

class Socket {
  static made: Socket[] = [];
  onopen: (() => void) | null = null;
  onclose: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  constructor() {
    Socket.made.push(this);
  }
  close() {}
}

describe("the connection for boxes", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
    vi.useRealTimers();
    Socket.made = [];
  });

  function begin() {
    vi.useFakeTimers();
    vi.stubGlobal("WebSocket", Socket);
    const states: BoxesState["kind"][] = [];
    const client = new BoxesClient("ws://x", (state) => states.push(state.kind));
    return { client, states };
  }
  const text = (boxes: Partial<Boxes>) =>
    JSON.stringify({ wall: "2026-11-22T12:00:00Z", width: 1, height: 1, tracks: [], ...boxes });

  it("keeps the newest and forgets the rest", () => {
    const { client } = begin();
    for (let i = 0; i < 200; i += 1) client.take(text({}));
    expect(client.queue).toHaveLength(64);
    client.take("nonsense");
    client.take(text({ wall: "never" }));
    expect(client.queue).toHaveLength(64);
    client.close();
  });

  it("comes again after a loss, with nothing old drawn", () => {
    const { client, states } = begin();
    client.take(text({}));
    Socket.made[0]?.onclose?.();
    expect(client.queue).toHaveLength(0);
    vi.advanceTimersByTime(60_000);
    expect(Socket.made).toHaveLength(2);
    expect(states).toEqual(["connecting", "reconnecting", "connecting"]);
    client.close();
  });

  it("does not ask again after a refusal", () => {
    const { client, states } = begin();
    client.take(text({}));
    client.take(
      JSON.stringify({
        type: "refused",
        error: { kind: "refused", message: "no", next_step: "put a notice on record" },
      }),
    );
    Socket.made[0]?.onclose?.();
    vi.advanceTimersByTime(60_000);
    expect(Socket.made).toHaveLength(1);
    expect(client.queue).toHaveLength(0);
    expect(states).toEqual(["connecting", "refused"]);
  });
});

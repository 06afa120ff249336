import type { Ranges } from "./append-queue";

/** Seconds the live picture may lag before the player jumps. */
export const kJumpBehind = 1.0;
/** Where a jump lands before the newest picture: one network hiccup deep. */
export const kCushion = 0.15;

export interface LiveStep {
  /** Where to set the position, if anywhere. */
  seekTo: number | null;
  rate: number;
}

/**
 * Keeps a live picture close to the camera: a little behind plays a little faster, far behind
 * jumps, and a hole (pictures dropped for a slow viewer) is stepped over.
 */
export function liveStep(position: number, buffered: Ranges): LiveStep {
  if (buffered.length === 0) return { seekTo: null, rate: 1 };
  const last = buffered.length - 1;
  const newest = buffered.end(last);
  const landing = Math.max(buffered.start(last), newest - kCushion);
  // Also after a reconnection, when the pictures count from another zero.
  if (position < buffered.start(last) || position > newest + 1) return { seekTo: landing, rate: 1 };
  const behind = newest - position;
  if (behind > kJumpBehind) return { seekTo: landing, rate: 1 };
  if (behind > 0.5) return { seekTo: null, rate: 1.1 };
  if (behind > 0.3) return { seekTo: null, rate: 1.04 };
  return { seekTo: null, rate: 1 };
}

/** Milliseconds until the next attempt: 0.5 s doubling to 15 s, spread so that tiles do not march. */
export function reconnectDelay(attempt: number, random: number): number {
  const ceiling = Math.min(15_000, 500 * 2 ** Math.min(attempt, 10));
  return ceiling * (0.5 + 0.5 * random);
}

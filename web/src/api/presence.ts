/** After this long without a touch, what a page asks for is its own doing, not a person's. */
const ALONE_AFTER_MS = 60_000;

/** Knows whether somebody is at the page, so that a page left open keeps no session alive. */
export class Presence {
  private touched: number;

  constructor(page: Partial<Pick<EventTarget, "addEventListener">>, now: number) {
    this.touched = now;
    for (const kind of ["pointermove", "pointerdown", "keydown", "wheel"]) {
      page.addEventListener?.(kind, () => (this.touched = Date.now()), {
        capture: true,
        passive: true,
      });
    }
  }

  alone(now: number): boolean {
    return now - this.touched > ALONE_AFTER_MS;
  }
}

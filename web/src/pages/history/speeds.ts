export const speeds = [0.5, 1, 2, 4, 8] as const;

export function faster(rate: number): number {
  return speeds.find((s) => s > rate) ?? 8;
}

export function slower(rate: number): number {
  return [...speeds].reverse().find((s) => s < rate) ?? 0.5;
}

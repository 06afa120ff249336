import type { Turn } from "../../api/types";

/** Changes under the day on which they happen, as they came. */
export function byDay(turns: Turn[]): { on: string; turns: Turn[] }[] {
  const days: { on: string; turns: Turn[] }[] = [];
  for (const turn of turns) {
    const last = days.at(-1);
    if (last?.on === turn.on) last.turns.push(turn);
    else days.push({ on: turn.on, turns: [turn] });
  }
  return days;
}

/** "fr 1.1.0, eu 1.2.0" */
export function announcedList(
  packs: { id: string; version: string; announced: boolean }[],
): string {
  return packs
    .filter((pack) => pack.announced)
    .map((pack) => `${pack.id} ${pack.version}`)
    .join(", ");
}

import { Skeleton, Stack } from "@mantine/core";

/** The rough shape of a page while it loads, so that nothing jumps. */
export function PageSkeleton({ rows = 6 }: { rows?: number }) {
  return (
    <Stack gap="sm" aria-busy>
      <Skeleton height={28} width={180} />
      <Skeleton height={14} width={320} mb="md" />
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={40} />
      ))}
    </Stack>
  );
}

export function RowsSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Stack gap={6} p="md" aria-busy>
      {Array.from({ length: rows }, (_, i) => (
        <Skeleton key={i} height={32} />
      ))}
    </Stack>
  );
}

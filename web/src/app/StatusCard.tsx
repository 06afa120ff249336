import { Progress } from "@mantine/core";
import { useStatus } from "../api/queries";
import { texts } from "../texts";
import { bytes } from "../time/words";
import classes from "./Shell.module.css";

/** How the machine is doing, in three lines, always in sight. */
export function StatusCard() {
  const { data, error } = useStatus();
  if (data === undefined) {
    return (
      <section className={classes.status} aria-label={texts.status.title} aria-live="polite">
        {error === null ? "…" : texts.status.offline}
      </section>
    );
  }
  const { storage, cameras } = data;
  const used = storage.total_bytes === 0 ? 0 : 1 - storage.free_bytes / storage.total_bytes;
  return (
    <section className={classes.status} aria-label={texts.status.title}>
      <dl>
        <div>
          <dt>
            <span
              className={classes.dot}
              data-tone={
                error !== null || cameras.recording < cameras.enabled
                  ? "bad"
                  : cameras.enabled === 0
                    ? "idle"
                    : "good"
              }
              aria-hidden
            />
            {error === null
              ? texts.status.recording(cameras.recording, cameras.enabled)
              : texts.status.offline}
          </dt>
          {cameras.refused > 0 && (
            <dd className="muted">{texts.status.refused(cameras.refused)}</dd>
          )}
        </div>
        <div>
          <dt className="visually-hidden">{texts.status.storage}</dt>
          <dd>
            <Progress
              value={used * 100}
              size={4}
              color={used > 0.95 ? "red" : used > 0.85 ? "yellow" : "teal"}
              aria-label={texts.status.storage}
              mb={4}
            />
            <span className="muted tabular">
              {texts.status.free(bytes(storage.free_bytes), bytes(storage.total_bytes))}
            </span>
          </dd>
        </div>
      </dl>
    </section>
  );
}

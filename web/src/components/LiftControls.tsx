import { Button } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { IconEye } from "@tabler/icons-react";
import { useState } from "react";
import { api, take } from "../api/client";
import { type Lift, runsAt, useLift, useLifts } from "../api/lifts";
import { useCameras } from "../api/queries";
import { may } from "../app/rights";
import { useUser } from "../app/session";
import { texts } from "../texts";
import { LiftDialog } from "./LiftDialog";
import classes from "./lifts.module.css";
import { toastError } from "./toast";
import { useNow } from "./use-now";

/** "9:41" until it ends by itself. */
export function Left({ lift }: { lift: Lift }) {
  const now = useNow(500);
  const seconds = Math.max(0, Math.ceil((Date.parse(lift.ends) - now) / 1000));
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return (
    <span className="tabular" data-left={seconds}>
      {texts.lifts.left(time)}
    </span>
  );
}

export function EndLift({ lift }: { lift: Lift }) {
  const client = useQueryClient();
  const end = useMutation({
    mutationFn: () => take(api.POST("/api/lifts/{id}/end", { params: { path: { id: lift.id } } })),
    onError: toastError,
    onSettled: () => client.invalidateQueries({ queryKey: ["lifts"] }),
  });
  return (
    <Button size="compact-sm" color="orange" loading={end.isPending} onClick={() => end.mutate()}>
      {texts.lifts.end}
    </Button>
  );
}

/** Beside a picture: asks for a lift of its masks, or ends the one that runs. */
export function LiftControls({ camera, title }: { camera: string; title: string }) {
  const user = useUser();
  const lift = useLift(camera);
  const [asking, setAsking] = useState(false);
  if (!may(user, "lift")) return null;
  return (
    <span className={classes.controls}>
      {lift === null ? (
        <Button
          variant="default"
          leftSection={<IconEye size={16} aria-hidden />}
          onClick={() => setAsking(true)}
        >
          {texts.lifts.show}
        </Button>
      ) : (
        <EndLift lift={lift} />
      )}
      <LiftDialog opened={asking} onClose={() => setAsking(false)} camera={camera} title={title} />
    </span>
  );
}

/** Over every page while this person sees people without masks somewhere. */
export function RunningLift() {
  const { data } = useLifts();
  const cameras = useCameras();
  const now = useNow(1000);
  const running = data?.lifts.filter((lift) => lift.mine && runsAt(lift, now)) ?? [];
  const titleOf = (name: string) => cameras.data?.find((c) => c.name === name)?.title ?? name;
  return (
    <>
      {running.map((lift) => (
        <div key={lift.id} className={classes.running} role="status" data-running-lift={lift.id}>
          <IconEye size={18} aria-hidden />
          <span>{texts.lifts.runs(lift.cameras.map(titleOf).join(", "))}</span>
          <Left lift={lift} />
          <EndLift lift={lift} />
        </div>
      ))}
    </>
  );
}

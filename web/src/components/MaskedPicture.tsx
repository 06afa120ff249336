import { IconEyeOff, IconPhotoOff } from "@tabler/icons-react";
import { type ReactNode, useRef, useState } from "react";
import { may } from "../app/rights";
import { useUser } from "../app/session";
import { texts } from "../texts";
import classes from "./MaskedPicture.module.css";
import { useSeen } from "./use-seen";

/** A picture on which nobody can be recognised, or in words why there is none. */
export function MaskedPicture({
  address,
  has,
  title,
  children,
  onSize,
}: {
  address: string;
  has: boolean;
  title: string;
  /** Drawn over the picture. */
  children?: ReactNode;
  onSize?: (size: { width: number; height: number }) => void;
}) {
  const user = useUser();
  const box = useRef<HTMLDivElement>(null);
  const seen = useSeen(box);
  const [state, setState] = useState<"loading" | "shown" | "failed">("loading");
  const role = !may(user, "pictures");
  const words = role
    ? texts.review.pictureRole
    : !has
      ? texts.review.noPicture
      : state === "failed"
        ? texts.review.pictureFailed
        : null;
  return (
    <div ref={box} className={classes.box} data-picture={words === null ? state : "none"}>
      {words === null ? (
        seen && (
          <img
            src={address}
            alt={texts.review.pictureOf(title)}
            draggable={false}
            decoding="async"
            onLoad={(event) => {
              const { naturalWidth, naturalHeight } = event.currentTarget;
              onSize?.({ width: naturalWidth, height: naturalHeight });
              setState("shown");
            }}
            onError={() => setState("failed")}
          />
        )
      ) : (
        <div className={classes.none}>
          {role ? (
            <IconEyeOff size={22} stroke={1.5} aria-hidden />
          ) : (
            <IconPhotoOff size={22} stroke={1.5} aria-hidden />
          )}
          <span>{words}</span>
        </div>
      )}
      {children}
    </div>
  );
}

import type { ReactNode } from "react";
import { IconInfoCircle } from "@tabler/icons-react";
import classes from "./panels.module.css";

/** What a page says when it has nothing to show: what is so, and what to do. */
export function Notice({
  title,
  text,
  icon,
  children,
}: {
  title: string;
  text: string;
  icon?: ReactNode;
  children?: ReactNode;
}) {
  return (
    <div className={classes.notice}>
      <div className={classes.noticeIcon} aria-hidden>
        {icon ?? <IconInfoCircle size={26} stroke={1.6} />}
      </div>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}

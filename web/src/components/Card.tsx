import type { ReactNode } from "react";
import classes from "./panels.module.css";

export function Card({
  title,
  actions,
  children,
  flush,
}: {
  title?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
  /** Without inner margin, for tables. */
  flush?: boolean;
}) {
  return (
    <section className={classes.card}>
      {title !== undefined && (
        <div className={classes.cardHead}>
          <h2>{title}</h2>
          {actions}
        </div>
      )}
      <div className={flush === true ? undefined : classes.cardBody}>{children}</div>
    </section>
  );
}

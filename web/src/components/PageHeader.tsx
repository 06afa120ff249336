import { type ReactNode, useEffect } from "react";
import { texts } from "../texts";
import classes from "./panels.module.css";

export function PageHeader({
  title,
  lead,
  children,
  hidden,
}: {
  title: string;
  lead?: ReactNode;
  children?: ReactNode;
  /** For pages whose picture needs the height; the name stays for screen readers. */
  hidden?: boolean;
}) {
  useEffect(() => {
    document.title = `${title} · ${texts.product}`;
  }, [title]);
  if (hidden === true) return <h1 className="visually-hidden">{title}</h1>;
  return (
    <header className={classes.header}>
      <div>
        <h1>{title}</h1>
        {lead !== undefined && <p>{lead}</p>}
      </div>
      {children !== undefined && <div className={classes.actions}>{children}</div>}
    </header>
  );
}

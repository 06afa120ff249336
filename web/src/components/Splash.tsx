import { Loader } from "@mantine/core";
import type { ReactNode } from "react";
import { texts } from "../texts";
import { Brand } from "./Brand";
import classes from "./panels.module.css";

export function Splash({ children }: { children?: ReactNode }) {
  return (
    <main className={classes.splash}>
      <Brand large />
      {children ?? <Loader size="sm" aria-label={texts.history.loading} />}
    </main>
  );
}

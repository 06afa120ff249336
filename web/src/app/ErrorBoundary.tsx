import { Button } from "@mantine/core";
import { IconBug } from "@tabler/icons-react";
import { Component, type ReactNode } from "react";
import { Notice } from "../components/Notice";
import { texts } from "../texts";

/** A page that breaks takes only itself along. */
export class ErrorBoundary extends Component<{ children: ReactNode }, { broken: boolean }> {
  override state = { broken: false };

  static getDerivedStateFromError() {
    return { broken: true };
  }

  override render() {
    if (!this.state.broken) return this.props.children;
    return (
      <Notice
        title={texts.errors.crashed}
        text={texts.errors.crashedStep}
        icon={<IconBug size={26} />}
      >
        <Button variant="default" onClick={() => window.location.reload()}>
          {texts.errors.reload}
        </Button>
      </Notice>
    );
  }
}
